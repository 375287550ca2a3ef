using Kola.Results.Events;

namespace Kola.Results.Timelines;

/// <summary>What the machines of one attempt did over its time, as its records tell: what a picture is drawn from.</summary>
public sealed record Timeline
{
    /// <summary><see cref="PlannedScenario.Id"/>.</summary>
    public required string Scenario { get; init; }

    public required int Attempt { get; init; }

    /// <summary>What is true when the scenario passes.</summary>
    public string Summary { get; init; } = "";

    /// <summary>What was watched.</summary>
    public required IReadOnlyList<WatchStarted> Watches { get; init; }

    public required DateTimeOffset Start { get; init; }

    public required DateTimeOffset Stop { get; init; }

    /// <summary><see langword="null"/>: it has no end.</summary>
    public Outcome? Outcome { get; init; }

    public string? Reason { get; init; }

    /// <summary>In the order in which they were first told of.</summary>
    public required IReadOnlyList<MachineLane> Machines { get; init; }

    /// <summary>Writes that were tried, in order.</summary>
    public required IReadOnlyList<WriteTried> Writes { get; init; }

    /// <summary>How a network behaved, where that was not as it should be.</summary>
    public required IReadOnlyList<TimelineSpan> Networks { get; init; }

    public required IReadOnlyList<TimelineStep> Steps { get; init; }

    /// <summary>Watches that found something that does not hold.</summary>
    public required IReadOnlyList<WatchEnded> Broken { get; init; }
}

/// <summary>One machine's states.</summary>
/// <param name="Spans">Without gaps, from its first power-on.</param>
/// <param name="Held">When it held a slot to reboot; the text is the group's name.</param>
public sealed record MachineLane(string Name, IReadOnlyList<StateSpan> Spans, IReadOnlyList<TimelineSpan> Held);

/// <summary>What a machine was from one moment to another.</summary>
/// <param name="Release">That it ran, where that is known.</param>
public sealed record StateSpan(DateTimeOffset From, DateTimeOffset To, LaneState State, string? Release);

public enum LaneState
{
    /// <summary>It has no power.</summary>
    Off,

    /// <summary>On its way up, from power-on or reset.</summary>
    Booting,

    /// <summary>Its boot is complete.</summary>
    Up,
}

/// <summary>Something that lasts.</summary>
/// <param name="Text">For people.</param>
public sealed record TimelineSpan(DateTimeOffset From, DateTimeOffset To, string Text);

/// <summary>A step of the scenario.</summary>
/// <param name="Outcome">Of its last execution.</param>
public sealed record TimelineStep(int Number, string Title, DateTimeOffset From, DateTimeOffset To, Outcome? Outcome);
