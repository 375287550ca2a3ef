using Kola.Machines.Ssh;
using Kola.Scenarios.Attempts;
using Kola.Scenarios.Clusters;
using Kola.Scenarios.Live;
using Kola.Scenarios.Services;
using Kola.Scenarios.Steps.Guest;
using Kola.Scenarios.Steps.Update;

namespace Kola.Scenarios.Steps.Cluster;

internal static class RollExecution
{
    /// <summary>For one machine to come up in the release, and for one to be told that it may not, for KVM.</summary>
    private static readonly TimeSpan DefaultTurn = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Once could be an answer that was on its way.</summary>
    private const int EnoughRefusals = 2;

    public static async Task<string?> RunAsync(RollStep step, IReadOnlyList<StepContext> contexts, AttemptServers servers, ClusterWatches watches, CancellationToken cancellation)
    {
        var begun = contexts[0].Time.GetTimestamp();
        var returns = contexts.ToDictionary(context => context.Live, context => context.Live.Releases.Returns);
        foreach (var context in contexts)
            await StageAsync(step, context, servers, cancellation);
        if (!step.Wait)
            return $"installed on {contexts.Count} after {contexts[0].Time.GetElapsedTime(begun).TotalSeconds:0} s";
        var turn = (step.Timeout ?? DefaultTurn) * contexts[0].TimeScale;
        if (step.FailsOn is { } bad)
            return await FailsAsync(step, bad, contexts, watches, turn, cancellation);
        await UntilAsync(
            contexts, turn * contexts.Count,
            () =>
            {
                ThrowIfReturned(step, returns);
                return Missing(step, contexts, watches);
            },
            cancellation);
        return $"release {step.To} runs on {contexts.Count} after {contexts[0].Time.GetElapsedTime(begun).TotalSeconds:0} s";
    }

    /// <summary>Installs it where it is not. As soon as it is, the machine may reboot into it: a connection that is lost then proves nothing against it.</summary>
    private static async Task StageAsync(RollStep step, StepContext context, AttemptServers servers, CancellationToken cancellation)
    {
        var (live, boots) = (context.Live, context.Live.Boots.Count);
        var guest = UpdateExecution.Guest(live);
        try
        {
            if ((await live.Releases.FollowAsync(cancellation)).Version == step.To)
                return;
            var installed = await live.Machine.GuardAsync("what is installed", context.GuardBound, c => guest.InstalledAsync(live.Ssh, c), cancellation);
            live.Releases.Staged = step.To;
            if (installed.Any(slot => slot.Version == step.To && slot.Entry is not null))
                return;
            await live.Machine.GuardAsync("where updates come from", context.GuardBound, c => guest.PointAsync(live.Ssh, servers.Source(step.From), c), cancellation);
            var report = await live.Machine.GuardAsync("the update's end", context.GuardBound, c => guest.UpdateAsync(live.Ssh, context.Bound, c), cancellation);
            if (report.ExitCode != 0 && live.IsReady && live.Boots.Count == boots)
                throw new StepFailedException($"{live.Name}: the update to {step.To} failed with {report.ExitCode}: {CommandExecution.Tail(report.Output)}");
        }
        catch (SshConnectionLostException) when (live.Releases.Staged == step.To || live.Releases.Running == step.To)
        {
            // What it comes up in tells.
        }
    }

    /// <summary>Each of so many has tried it and is back; each other one has asked in vain.</summary>
    private static async Task<string> FailsAsync(RollStep step, int bad, IReadOnlyList<StepContext> contexts, ClusterWatches watches, TimeSpan turn, CancellationToken cancellation)
    {
        var boots = contexts.ToDictionary(context => context.Live.Name, context => context.Live.Boots.Count);
        bool Fell(StepContext context) => context.Live.Releases.Failed.Contains(step.To) && watches.IsUp(context.Live.Name);
        await UntilAsync(
            contexts, turn * 2 * bad,
            () => contexts.Count(Fell) is var fell && fell >= bad ? null : $"{fell} of {bad} machines have tried release {step.To} and are back", cancellation);
        var back = contexts[0].Time.GetUtcNow();
        StepContext[] fallen = [.. contexts.Where(Fell)], others = [.. contexts.Except(fallen)];
        await UntilAsync(
            contexts, turn,
            () =>
            {
                ThrowIfItGoesOn();
                return others.FirstOrDefault(context => watches.Refusals(context.Live.Name, back) < EnoughRefusals) is { } patient
                    ? $"{patient.Live.Name} has not asked for a slot {EnoughRefusals} times and been refused" : null;
            },
            cancellation);
        return $"release {step.To} failed on {Names(fallen)}, which keeps its slot; {Names(others)} asked in vain";

        void ThrowIfItGoesOn()
        {
            foreach (var name in fallen.Select(context => context.Live.Name).Where(name => !watches.Holds(name)))
                throw new StepFailedException($"{name} gave its slot back, although release {step.To} failed there: it goes on to the next machine");
            foreach (var name in others.Where(other => other.Live.Boots.Count != boots[other.Live.Name] || !watches.IsUp(other.Live.Name)).Select(other => other.Live.Name))
                throw new StepFailedException($"{name} rebooted, although release {step.To} had failed elsewhere");
        }

        static string Names(IEnumerable<StepContext> some) => string.Join(", ", some.Select(context => context.Live.Name));
    }

    /// <summary>A machine that has its release and restarted without coming to it would only do so again.</summary>
    private static void ThrowIfReturned(RollStep step, IReadOnlyDictionary<LiveMachine, int> before)
    {
        foreach (var live in before.Keys.Where(live => live.Releases.Returns > before[live]))
            throw new StepFailedException(
                $"{live.Name} rebooted with release {step.To} installed and runs {live.Releases.Running} again: {step.To} was {(live.Releases.Failed.Contains(step.To) ? "tried and failed" : "not even tried")}");
    }

    /// <summary>What is still missing; <see langword="null"/>: nothing.</summary>
    private static string? Missing(RollStep step, IReadOnlyList<StepContext> contexts, ClusterWatches watches)
    {
        string[] missing =
        [
            .. contexts.Select(context => context.Live).Select(live =>
                !watches.IsUp(live.Name) ? $"{live.Name} is not up"
                : live.Releases.Running != step.To ? $"{live.Name} runs release {live.Releases.Running}{(live.Releases.Failed.Contains(step.To) ? $", as {step.To} failed" : "")}"
                : watches.Holds(live.Name) ? $"{live.Name} holds its slot"
                : null).OfType<string>(),
        ];
        return missing is [] ? null : string.Join(", ", missing);
    }

    /// <exception cref="StepFailedException">Something is missing still after the bound.</exception>
    private static async Task UntilAsync(IReadOnlyList<StepContext> contexts, TimeSpan bound, Func<string?> missing, CancellationToken cancellation)
    {
        var time = contexts[0].Time;
        var begun = time.GetTimestamp();
        while (missing() is { } what)
        {
            if (time.GetElapsedTime(begun) > bound)
                throw new StepFailedException($"after {bound.TotalSeconds:0} s: {what}; read the machines' console.log, or give the step more time");
            await Task.Delay(LookInterval, time, cancellation);
        }
    }
}
