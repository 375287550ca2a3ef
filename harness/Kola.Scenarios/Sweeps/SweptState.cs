using Kola.Machines;
using Kola.Machines.Guests;
using Kola.Machines.Sweeps;
using Kola.Results.Sweeps;

namespace Kola.Scenarios.Sweeps;

/// <summary>One state of an earlier sweep, made again.</summary>
/// <param name="Cut">How a power cut leaves it.</param>
/// <param name="Outcome">What boots from it, for people.</param>
/// <param name="Disk">A qcow2 file with it.</param>
public sealed record SweptState(string Cut, string Outcome, string Disk)
{
    /// <exception cref="InputException">The recording is gone, or has no such state.</exception>
    /// <exception cref="HostException">The disk cannot be made.</exception>
    public static async Task<SweptState> MakeAsync(SweepSummary summary, int number, CancellationToken cancellation)
    {
        var recording = new SweepRecording(summary.Recording);
        if (!File.Exists(recording.Log))
            throw new InputException($"the recording of this sweep, {summary.Recording}, is gone; sweep again");
        using var sweep = await Sweep.OpenAsync(recording, GuestAdapters.Get(summary.Adapter), summary.Old, summary.New, summary.Seed, cancellation);
        var disk = await sweep.MaterialiseAsync(number, cancellation);
        var judged = sweep.JudgeOne(number, cancellation);
        return new(judged.State.ToString(), Tell(judged), disk);
    }

    internal static string Tell(JudgedState judged) => judged switch
    {
        { Outcome: BootOutcome.Old } => $"the old release {judged.Forecast.Chosen} boots",
        { Outcome: BootOutcome.New } => $"the new release {judged.Forecast.Chosen} boots",
        { Outcome: BootOutcome.Damaged } => $"release {judged.Forecast.Chosen} is started and is not whole: {judged.Forecast.Damage}; when its tries are used up, release {judged.Forecast.Next} boots",
        _ => $"nothing boots: {judged.Forecast.Damage}",
    };
}
