namespace Kola.Machines.Sweeps;

/// <summary>What boots from a state.</summary>
public enum BootOutcome
{
    /// <summary>The release that ran before.</summary>
    Old,

    /// <summary>The release that the update brings.</summary>
    New,

    /// <summary>The release that ran before, although the update tool had said that it was done: what it said was not on the disk for good.</summary>
    Undone,

    /// <summary>The boot loader takes a release that is not whole, and would come to a whole one when its tries are used up.</summary>
    Damaged,

    /// <summary>Nothing that is whole.</summary>
    Neither,
}

/// <summary>A state that was judged by its disk alone.</summary>
/// <param name="Boots">What boots, whenever the power was cut.</param>
/// <param name="Notes">What is not in good order and does not keep it from booting.</param>
/// <param name="DoneBefore">The first flush that came after the update tool had said that it was done.</param>
public sealed record JudgedState(CrashState State, BootOutcome Boots, BootForecast Forecast, IReadOnlyList<string> Notes, int DoneBefore = int.MaxValue)
{
    /// <summary>The last flush that the power may be cut before and leave this disk: later than the state's own where a later one is the same disk.</summary>
    public int LastFlush { get; internal set; } = State.Flush;

    public BootOutcome Outcome => Boots is BootOutcome.Old && LastFlush >= DoneBefore ? BootOutcome.Undone : Boots;

    /// <summary>How many further states are the same disk.</summary>
    public int Equal { get; internal set; }

    /// <summary>States of one class are the same to the boot: one of them is booted for all.</summary>
    public string Class => $"{Outcome}; {Forecast.Class}{string.Concat(Notes.Select(note => $"; {note}"))}";

    /// <summary>Whether it is as it has to be: one of the two releases boots.</summary>
    public bool Holds => Outcome is BootOutcome.Old or BootOutcome.New;
}
