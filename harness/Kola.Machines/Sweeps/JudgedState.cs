namespace Kola.Machines.Sweeps;

/// <summary>What boots from a state.</summary>
public enum BootOutcome
{
    /// <summary>The release that ran before.</summary>
    Old,

    /// <summary>The release that the update brings.</summary>
    New,

    /// <summary>The boot loader takes a release that is not whole, and would come to a whole one when its tries are used up.</summary>
    Damaged,

    /// <summary>Nothing that is whole.</summary>
    Neither,
}

/// <summary>A state that was judged by its disk alone.</summary>
/// <param name="Notes">What is not in good order and does not keep it from booting.</param>
public sealed record JudgedState(CrashState State, BootOutcome Outcome, BootForecast Forecast, IReadOnlyList<string> Notes)
{
    /// <summary>How many further states are the same disk.</summary>
    public int Equal { get; internal set; }

    /// <summary>States of one class are the same to the boot: one of them is booted for all.</summary>
    public string Class => $"{Outcome}; {Forecast.Class}{string.Concat(Notes.Select(note => $"; {note}"))}";

    /// <summary>Whether it is as it has to be: one of the two releases boots.</summary>
    public bool Holds => Outcome is BootOutcome.Old or BootOutcome.New;
}
