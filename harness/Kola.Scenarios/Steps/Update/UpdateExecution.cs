using Kola.Machines;
using Kola.Machines.Guests;
using Kola.Scenarios.Attempts;
using Kola.Scenarios.Live;
using Kola.Scenarios.Services;
using Kola.Scenarios.Steps.Guest;

namespace Kola.Scenarios.Steps.Update;

internal static class UpdateExecution
{
    public static async Task<string?> RunAsync(UpdateStep step, StepContext context, AttemptServers servers, CancellationToken cancellation)
    {
        var live = context.Live;
        var guest = Guest(live);
        if (live.Update is not null && step.Refused is null)
            throw new StepFailedException($"{live.Name} is updating itself already; wait for it with 'wait-for: {{update: …}}', or say that this one is 'refused'");
        await live.Releases.FollowAsync(cancellation);
        await live.Machine.GuardAsync("where updates come from", context.GuardBound, c => guest.PointAsync(live.Ssh, servers.Source(step.From), c), cancellation);
        var before = await InstalledAsync(context, guest, cancellation);
        var run = UpdateRun.Start(before, token => GuardAsync(context, "the update's end", c => guest.UpdateAsync(live.Ssh, context.Bound, c), token), cancellation);
        if (step.Background)
        {
            live.Update = run;
            return "under way";
        }

        return await JudgeAsync(run, new(step.To, step.Refused, step.UpToDate), context, cancellation);
    }

    /// <summary>Judges an update that was started in the background, when it has ended.</summary>
    public static async Task<string?> EndedAsync(UpdateCondition condition, StepContext context, CancellationToken cancellation)
    {
        var run = context.Live.Update
            ?? throw new InputException($"no update of {context.Live.Name} is under way; start one before with 'update' and 'background: true'");
        var seen = await JudgeAsync(run, new(condition.To, condition.Refused, UpToDate: false), context, cancellation);
        context.Live.Update = null;
        return seen;
    }

    /// <exception cref="InputException">The guest's adapter updates nothing.</exception>
    public static IUpdatingGuest Guest(LiveMachine live) => live.Adapter as IUpdatingGuest
        ?? throw new InputException($"the guest adapter {live.Adapter.Name} of {live.Name} cannot update; expected an image whose adapter can, such as systemd-sysupdate");

    private static async Task<string?> JudgeAsync(UpdateRun run, UpdateExpectation expected, StepContext context, CancellationToken cancellation)
    {
        var report = await run.Report.WaitAsync(cancellation);
        var after = await InstalledAsync(context, Guest(context.Live), cancellation);
        // While another update runs, what is installed changes by that one.
        var before = context.Live.Update is { } other && other != run ? after : run.Before;
        if (UpdateJudgement.Of(expected, report, context.Live.Releases.Running!, before, after) is { } wrong)
            throw new StepFailedException($"{context.Live.Name}: {wrong}\nthe update tool ended with {report.ExitCode}: {CommandExecution.Tail(report.Output)}");
        if (expected is { Refused: null, UpToDate: false })
            context.Live.Releases.Staged = expected.To;
        return $"{LastLine(report.Output)}; installed: {UpdateJudgement.Describe(after)}";
    }

    private static string LastLine(string output) => output.Split('\n')[^1].Trim();

    private static Task<IReadOnlyList<InstalledRelease>> InstalledAsync(StepContext context, IUpdatingGuest guest, CancellationToken cancellation) =>
        GuardAsync(context, "what is installed", c => guest.InstalledAsync(context.Live.Ssh, c), cancellation);

    private static Task<T> GuardAsync<T>(StepContext context, string awaiting, Func<CancellationToken, Task<T>> action, CancellationToken cancellation) =>
        context.Live.Machine.GuardAsync(awaiting, context.GuardBound, action, cancellation);
}
