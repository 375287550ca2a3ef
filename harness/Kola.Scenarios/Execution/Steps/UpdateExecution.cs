using Kola.Machines;
using Kola.Machines.Guests;
using Kola.Scenarios.Execution.Serving;
using Kola.Scenarios.Model.Values;
using Kola.Scenarios.Steps;

namespace Kola.Scenarios.Execution.Steps;

internal static class UpdateExecution
{
    public static async Task<string?> RunAsync(UpdateStep step, StepContext context, AttemptServers servers, CancellationToken cancellation)
    {
        var live = context.Live;
        var guest = Guest(live);
        if (live.Update is not null)
            throw new StepFailedException($"{live.Name} is updating itself already; wait for it with 'wait-for: {{update: …}}'");
        await live.Releases.FollowAsync(cancellation);
        await GuardAsync(context, "where updates come from", async c => { await guest.PointAsync(live.Ssh, servers.Source(step.From), c); return true; }, cancellation);
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

    private static async Task<string?> JudgeAsync(UpdateRun run, Expectation expected, StepContext context, CancellationToken cancellation)
    {
        var report = await run.Report.WaitAsync(cancellation);
        var after = await InstalledAsync(context, Guest(context.Live), cancellation);
        var wrong = expected.Refused is not null ? Refused(report, expected.Refused, run.Before, after)
            : expected.UpToDate ? UpToDate(report, run.Before, after)
            : Staged(report, expected.To, context.Live.Releases.Running!, after);
        if (wrong is not null)
            throw new StepFailedException($"{context.Live.Name}: {wrong}\nthe update tool ended with {report.ExitCode}: {CommandExecution.Tail(report.Output)}");
        if (expected is { Refused: null, UpToDate: false })
            context.Live.Releases.Staged = expected.To;
        return $"{LastLine(report.Output)}; installed: {Describe(after)}";
    }

    private static string? Staged(UpdateReport report, string to, string running, IReadOnlyList<InstalledRelease> after) =>
        report.ExitCode != 0 ? $"the update to {to} failed"
        : after.Any(slot => slot.Version == to && slot.Entry is not null && to != running) ? null
        : $"release {to} is not installed beside {running} after the update; installed: {Describe(after)}";

    private static string? Refused(UpdateReport report, Pattern refusal, IReadOnlyList<InstalledRelease> before, IReadOnlyList<InstalledRelease> after) =>
        report.ExitCode == 0 ? $"the update was not refused; installed: {Describe(after)}"
        : !refusal.ToRegex().IsMatch(report.Output) ? $"the update failed, but does not say /{refusal}/"
        : Changed(before, after);

    private static string? UpToDate(UpdateReport report, IReadOnlyList<InstalledRelease> before, IReadOnlyList<InstalledRelease> after) =>
        report.ExitCode != 0 ? "looking for an update failed" : Changed(before, after);

    private static string? Changed(IReadOnlyList<InstalledRelease> before, IReadOnlyList<InstalledRelease> after) =>
        before.SequenceEqual(after) ? null : $"what is installed has changed from {Describe(before)} to {Describe(after)}";

    private static string Describe(IReadOnlyList<InstalledRelease> slots) =>
        string.Join(", ", slots.Select(slot => $"{slot.Slot}: {(slot.Version is null ? "empty" : $"{slot.Version} ({slot.Entry ?? "no boot entry"})")} {slot.Identity[..8]}"));

    private static string LastLine(string output) => output.Split('\n')[^1].Trim();

    private static Task<IReadOnlyList<InstalledRelease>> InstalledAsync(StepContext context, IUpdatingGuest guest, CancellationToken cancellation) =>
        GuardAsync(context, "what is installed", c => guest.InstalledAsync(context.Live.Ssh, c), cancellation);

    private static Task<T> GuardAsync<T>(StepContext context, string awaiting, Func<CancellationToken, Task<T>> action, CancellationToken cancellation) =>
        context.Live.Machine.GuardAsync(awaiting, context.GuardBound, action, cancellation);

    private sealed record Expectation(string To, Pattern? Refused, bool UpToDate);
}
