using Kola.Results.Events;

namespace Kola.Scenarios.Attempts.Holding;

/// <summary>An attempt that waits for a person, as they are told of it.</summary>
public sealed record HeldAttempt
{
    /// <summary>The case's id.</summary>
    public required string Scenario { get; init; }

    /// <summary>Number of the step that comes next, from 1; <see langword="null"/>: it has ended.</summary>
    public int? Step { get; init; }

    /// <summary>The step's title.</summary>
    public string? Title { get; init; }

    /// <summary>What it came to; <see langword="null"/>: it has not ended.</summary>
    public Outcome? Outcome { get; init; }

    /// <summary>Why it did not pass.</summary>
    public string? Reason { get; init; }

    public required IReadOnlyList<HeldMachine> Machines { get; init; }
}

/// <summary>A machine to look at.</summary>
/// <param name="Login">Program and arguments of OpenSSH's client that log in; none where there is no way in.</param>
/// <param name="State">What it is when it cannot be logged in to; <see langword="null"/>: it can.</param>
/// <param name="Console">File that the console goes to as it comes.</param>
public sealed record HeldMachine(string Name, IReadOnlyList<string> Login, string? State, string Console);
