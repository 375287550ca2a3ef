using Kola.Machines;
using Kola.Scenarios.Model;

namespace Kola.Scenarios.Attempts.Holding;

/// <summary>Where a person wants to look at the machines while they run. Scenarios then run one after the other: there is one person.</summary>
public sealed record HoldOptions
{
    /// <summary>Whether the machines stay up after the scenario has ended. What it came to stands already.</summary>
    public bool Keep { get; init; }

    /// <summary>Number, name or kind of the step to stop before; <see langword="null"/>: none. What comes of the attempt then proves nothing.</summary>
    public string? Break { get; init; }

    /// <summary>
    /// Tells the person what is held, and returns when they let it go on. The one wait of Kola without a bound: nobody but the person knows it.
    /// </summary>
    public required Func<HeldAttempt, CancellationToken, Task> WaitAsync { get; init; }

    /// <summary>Number of the step, from 1, that a scenario stops before; <see langword="null"/>: it goes through.</summary>
    /// <exception cref="InputException">It has no such step, or several.</exception>
    public int? StepOf(ScenarioCase scenario) => Break is { } wanted ? BreakPoint.Find(scenario, wanted) : null;
}
