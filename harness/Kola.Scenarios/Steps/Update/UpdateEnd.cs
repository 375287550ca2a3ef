using System.Globalization;
using Kola.Machines.Guests;
using Kola.Scenarios.Live;

namespace Kola.Scenarios.Steps.Update;

/// <summary>The end of an update, which is judged by the step that started it, or by a later one that waits for it.</summary>
internal static class UpdateEnd
{
    /// <exception cref="StepFailedException">It did not come to what was expected.</exception>
    public static async Task<string> JudgeAsync(UpdateRun run, UpdateExpectation expected, MachineStepContext context, CancellationToken cancellation)
    {
        var report = await run.Report.WaitAsync(cancellation);
        var after = await InstalledAsync(context, cancellation);
        // While another update runs, what is installed changes by that one.
        var before = context.Live.Update is { } other && other != run ? after : run.Before;
        if (UpdateJudgement.Of(UpdatingGuest.Of(context.Live), expected, report, context.Live.Releases.Running!, before, after) is { } wrong)
            throw new StepFailedException($"{context.Live.Name}: {wrong}\nthe update tool ended with {report.ExitCode}: {Excerpt.Tail(report.Output)}");
        if (expected is { Refused: null, UpToDate: false })
            context.Live.Releases.Staged = expected.To;
        return string.Create(CultureInfo.InvariantCulture, $"{Excerpt.LastLine(report.Output)}; took {report.Took.TotalSeconds:0.0} s; installed: {UpdateJudgement.Describe(after)}");
    }

    public static Task<IReadOnlyList<InstalledRelease>> InstalledAsync(MachineStepContext context, CancellationToken cancellation)
    {
        var guest = UpdatingGuest.Of(context.Live);
        return context.GuardAsync("what is installed", c => guest.InstalledAsync(context.Live.Ssh, c), cancellation);
    }
}
