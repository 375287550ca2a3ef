using Kola.Machines;
using Kola.Machines.Guests;
using Kola.Machines.Snapshots;
using Kola.Machines.Sweeps;
using Kola.Results.Sweeps;

namespace Kola.Scenarios.Sweeps;

/// <summary>One state of an earlier sweep, made again.</summary>
/// <param name="Cut">How a power cut leaves it.</param>
/// <param name="Outcome">What boots from it, for people.</param>
/// <param name="Machine">A machine that is off, with that disk and the firmware variables that it had.</param>
/// <param name="Keys">Folder of the keys that open it.</param>
public sealed record SweptState(string Cut, string Outcome, MachineSnapshot Machine, string Keys)
{
    /// <summary>A qcow2 file with the state.</summary>
    public string Disk => Machine.BootDisk;

    /// <exception cref="InputException">The recording is gone, or has no such state.</exception>
    /// <exception cref="HostException">The disk cannot be made.</exception>
    public static async Task<SweptState> MakeAsync(SweepSummary summary, int number, CancellationToken cancellation)
    {
        using var sweep = await OpenAsync(summary, cancellation);
        var machine = await sweep.MaterialiseAsync(number, cancellation);
        var judged = sweep.JudgeOne(number, cancellation);
        return new(judged.State.ToString(), Tell(judged), machine, new SweepRecording(summary.Recording).Keys);
    }

    /// <summary>Judges the recording of an earlier sweep again, by the rules of this Kola.</summary>
    /// <exception cref="InputException">The recording is gone.</exception>
    public static async Task<SweepSummary> JudgeAgainAsync(SweepSummary summary, TimeProvider time, CancellationToken cancellation)
    {
        using var sweep = await OpenAsync(summary, cancellation);
        var again = sweep.Summarise(summary.Adapter, summary.UpdateEntries, TimeSpan.FromSeconds(summary.UpdateSeconds), time, cancellation);
        return again with { Image = summary.Image, Classes = await sweep.CheckAsync(again.Classes, cancellation) };
    }

    private static Task<Sweep> OpenAsync(SweepSummary summary, CancellationToken cancellation)
    {
        var recording = new SweepRecording(summary.Recording);
        return File.Exists(recording.Log)
            ? Sweep.OpenAsync(recording, GuestAdapters.Get(summary.Adapter), summary.Old, summary.New, summary.Seed, cancellation)
            : throw new InputException($"the recording of this sweep, {summary.Recording}, is gone; sweep again");
    }

    internal static string Tell(JudgedState judged) => judged switch
    {
        { Outcome: BootOutcome.Old } => $"the old release {judged.Forecast.Chosen} boots",
        { Outcome: BootOutcome.New } => $"the new release {judged.Forecast.Chosen} boots",
        { Outcome: BootOutcome.Damaged } => $"release {judged.Forecast.Chosen} is started and is not whole: {judged.Forecast.Damage}; when its tries are used up, release {judged.Forecast.Next} boots",
        _ => $"nothing boots: {judged.Forecast.Damage}",
    };
}
