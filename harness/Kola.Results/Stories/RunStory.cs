using Kola.Results.Events;

namespace Kola.Results.Stories;

/// <summary>A run's event log, ordered by scenario, attempt and step: what every report is made from.</summary>
public sealed record RunStory
{
    /// <summary>Folder that the attempts' files are in.</summary>
    public required string Folder { get; init; }

    public required RunPlanned Plan { get; init; }

    /// <summary>Of every planned scenario, also of those that were never tried.</summary>
    public required IReadOnlyList<ScenarioStory> Scenarios { get; init; }

    /// <summary>Whether the log has an end, and it is no interruption.</summary>
    public required bool Ended { get; init; }

    /// <summary>Whether the run was stopped because it had reached the policy's maximum duration.</summary>
    public bool ReachedLimit { get; init; }

    /// <summary>Time of the last record.</summary>
    public required DateTimeOffset Stop { get; init; }

    /// <summary>Reads the log of a run's folder.</summary>
    /// <exception cref="InvalidDataException">The log was altered, or does not begin with a plan.</exception>
    /// <exception cref="IOException">There is no log.</exception>
    public static RunStory Read(string folder) => Of(folder, [.. EventLog.Read(Path.Combine(folder, EventLog.FileName))]);

    /// <param name="folder">Folder that the attempts' files are in.</param>
    /// <exception cref="InvalidDataException">The events do not begin with a plan.</exception>
    public static RunStory Of(string folder, IReadOnlyList<RunEvent> events)
    {
        if (events is not [RunPlanned plan, ..])
            throw new InvalidDataException($"the log in {folder} does not begin with a plan: the run never began");
        var tellers = plan.Scenarios.Select(s => new ScenarioTeller(s)).ToDictionary(t => t.Plan.Id);
        foreach (var record in events.OfType<AttemptEvent>())
            tellers.GetValueOrDefault(record.Scenario)?.Take(record);
        return new()
        {
            Folder = folder,
            Plan = plan,
            Scenarios = [.. tellers.Values.Select(t => t.Story)],
            Ended = events is [.., RunFinished { Interrupted: false }],
            ReachedLimit = events is [.., RunFinished { LimitSeconds: not null }],
            Stop = events[^1].At,
        };
    }
}

/// <summary>One planned scenario.</summary>
public sealed record ScenarioStory(PlannedScenario Plan, IReadOnlyList<AttemptStory> Attempts)
{
    /// <summary>How its last attempt ended; <see langword="null"/>: it was never tried, or cut off.</summary>
    public Outcome? Outcome => Attempts is [.., var last] ? last.Outcome : null;

    /// <summary>Whether it passed, but not at the first attempt.</summary>
    public bool Flaky => Outcome == Events.Outcome.Passed && Attempts.Any(a => a.Outcome != Events.Outcome.Passed);
}

/// <summary>One attempt.</summary>
public sealed record AttemptStory
{
    public required int Number { get; init; }

    public required DateTimeOffset Start { get; init; }

    public required DateTimeOffset Stop { get; init; }

    /// <summary><see langword="null"/>: it has no end.</summary>
    public Outcome? Outcome { get; init; }

    public string? Reason { get; init; }

    public string? Reproduce { get; init; }

    /// <summary>Relative to the run's folder.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    public required IReadOnlyList<StepStory> Steps { get; init; }
}

/// <summary>One execution of a step, on one machine or several.</summary>
public sealed record StepStory
{
    public required StepStarted Begin { get; init; }

    public required DateTimeOffset Stop { get; init; }

    /// <summary><see langword="null"/>: it has no end.</summary>
    public Outcome? Outcome { get; init; }

    /// <summary>What was seen, or why it failed.</summary>
    public string? Detail { get; init; }

    /// <summary>What machines and consoles did meanwhile: time and a line.</summary>
    public required IReadOnlyList<(DateTimeOffset At, string Line)> Meanwhile { get; init; }
}
