namespace Kola.Results.Events;

/// <summary>A network that machines share behaves differently from now on.</summary>
public sealed record NetworkChanged : AttemptEvent
{
    public required string Network { get; init; }

    /// <summary>Sets of machines that reach each other; missing: all do.</summary>
    public IReadOnlyList<IReadOnlyList<string>>? Partition { get; init; }

    /// <summary>What happens to frames, for people.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];
}

/// <summary>Machines that make up a cluster are watched from now on.</summary>
public sealed record WatchStarted : AttemptEvent
{
    public required string Watch { get; init; }

    public required IReadOnlyList<WatchedMachine> Machines { get; init; }

    /// <summary>How many may be down at once.</summary>
    public required int AtMostDown { get; init; }

    /// <summary>The longest time without a write, in seconds on this host; missing: none is tried.</summary>
    public double? WritesWithin { get; init; }
}

/// <param name="Release">That it runs as the watch begins.</param>
/// <param name="Client">Id by which it asks for a slot, where that is known.</param>
public sealed record WatchedMachine(string Name, string? Release, string? Client);

/// <summary>A write to a cluster's service was tried.</summary>
public sealed record WriteTried : AttemptEvent
{
    public required string Watch { get; init; }

    /// <summary>That it was tried on.</summary>
    public required string Machine { get; init; }

    public required string Value { get; init; }

    public required bool Succeeded { get; init; }

    public required double Seconds { get; init; }

    /// <summary>Why it did not succeed.</summary>
    public string? Detail { get; init; }
}

/// <summary>A FleetLock server granted a slot, or took it back.</summary>
public sealed record LockDecided : AttemptEvent
{
    public required string Server { get; init; }

    public required string Group { get; init; }

    /// <summary>Id by which the machine asks.</summary>
    public required string Client { get; init; }

    /// <summary>Whether it holds a slot from now on, or does no more.</summary>
    public required bool Holds { get; init; }
}

/// <summary>A watch is over: something did not hold, or the scenario has ended.</summary>
public sealed record WatchEnded : AttemptEvent
{
    public required string Watch { get; init; }

    /// <summary>What did not hold; missing: all held.</summary>
    public string? Broken { get; init; }

    /// <summary>How many writes succeeded.</summary>
    public int Writes { get; init; }

    /// <summary>How many did not.</summary>
    public int FailedWrites { get; init; }

    /// <summary>The longest time from one write that succeeded to the next, in seconds.</summary>
    public double LongestGap { get; init; }
}
