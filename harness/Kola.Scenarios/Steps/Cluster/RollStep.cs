using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Kola.Machines.Ssh;
using Kola.Scenarios.Clusters;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Scenarios.Steps.Update;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Steps.Cluster;

/// <summary>Updates several machines, one after the other, which reboot into the release by themselves.</summary>
[Keyword("roll", Value = nameof(To))]
[Description("Let the machines install a release, one after the other, and wait until each has rebooted into it by itself, is ready, and holds no slot. A step 'watch' before it watches them.")]
public sealed record RollStep : Step, ISeveralMachinesStep
{
    [Description("Release that the machines are to run: a role, or a version."), StandsFor(ReleaseWords.Release), Example("candidate")]
    public required string To { get; init; }

    [Description("Server that the update comes from. Needed only where the scenario has several.")]
    public string? From { get; init; }

    [Description("false: only install it; the machines reboot when they may.")]
    public bool Wait { get; init; } = true;

    [Description("The release is bad: on so many machines it is tried, and they come back to the old one and keep their slots; the others are denied a slot and stay as they are."), Range(1, 16)]
    public int? FailsOn { get; init; }

    private protected override string Describe() => $"to {To}{(FailsOn is { } bad ? $", which fails on {bad}" : Wait ? "" : ", installed only")}";

    /// <summary>For one machine to come up in the release, and for one to be told that it may not, for KVM.</summary>
    private static readonly TimeSpan DefaultTurn = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Once could be an answer that was on its way.</summary>
    private const int EnoughRefusals = 2;

    internal override int LeastMachines => 1;

    internal override void Check(StepChecks checks)
    {
        ServeStep.CheckSource(this, From, "from", checks);
        var watches = checks.Before<WatchStep>().ToList();
        var unwatched = On.Where(name => !watches.Any(watch => watch.On.Contains(name))).ToList();
        if (unwatched is not [])
            checks.Report(this, $"{string.Join(", ", unwatched)} would reboot unwatched; expected a step 'watch' about them before 'roll'");
        else if (FailsOn is not null && On.Any(name => !watches.Any(watch => watch.Lock is not null && watch.On.Contains(name))))
            checks.Report(this, "whether the others ask and are refused is not known; expected 'lock' at the step 'watch'");
        if (this is { FailsOn: not null, Wait: false })
            checks.Report(this, "both 'fails-on' and 'wait: false' are given; expected one of them");
        if (FailsOn > On.Count)
            checks.Report(this, $"'fails-on' is {FailsOn} of {On.Count} machines; expected at most so many");
    }

    async Task<string?> ISeveralMachinesStep.RunAsync(IReadOnlyList<MachineStepContext> machines, CancellationToken cancellation)
    {
        var watches = machines[0].Watches;
        var begun = machines[0].Time.GetTimestamp();
        var returns = machines.ToDictionary(context => context.Live, context => context.Live.Releases.Returns);
        foreach (var context in machines)
            await StageAsync(context, cancellation);
        if (!Wait)
            return $"installed on {machines.Count} after {machines[0].Time.GetElapsedTime(begun).TotalSeconds:0} s";
        var turn = (Timeout ?? DefaultTurn) * machines[0].TimeScale;
        if (FailsOn is { } bad)
            return await FailsAsync(bad, machines, watches, turn, cancellation);
        await UntilAsync(
            machines, turn * machines.Count,
            () =>
            {
                ThrowIfReturned(returns);
                return Missing(machines, watches);
            },
            cancellation);
        return $"release {To} runs on {machines.Count} after {machines[0].Time.GetElapsedTime(begun).TotalSeconds:0} s";
    }

    /// <summary>Installs it where it is not. As soon as it is, the machine may reboot into it: a connection that is lost then proves nothing against it.</summary>
    private async Task StageAsync(MachineStepContext context, CancellationToken cancellation)
    {
        var (live, boots) = (context.Live, context.Live.Boots.Count);
        var guest = UpdatingGuest.Of(live);
        try
        {
            if ((await live.Releases.FollowAsync(cancellation)).Version == To)
                return;
            var installed = await context.GuardAsync("what is installed", c => guest.InstalledAsync(live.Ssh, c), cancellation);
            live.Releases.Staged = To;
            if (installed.Any(slot => slot.Version == To && slot.Entry is not null))
            {
                // Installed by the scenario that this one continues from: how the machine was is asked here, before it goes.
                if (!live.Releases.Invariants.AreKnown)
                    await live.Releases.Invariants.RememberAsync(cancellation);
                return;
            }

            await UpdatingGuest.PointAsync(context, From, cancellation);
            await live.Releases.Invariants.RememberAsync(cancellation);
            var report = await context.GuardAsync("the update's end", c => guest.UpdateAsync(live.Ssh, context.Bound, c), cancellation);
            if (report.ExitCode != 0 && live.IsReady && live.Boots.Count == boots)
                throw new StepFailedException($"{live.Name}: the update to {To} failed with {report.ExitCode}: {Excerpt.Tail(report.Output)}");
        }
        catch (SshConnectionLostException) when (live.Releases.Staged == To || live.Releases.Running == To)
        {
            // What it comes up in tells.
        }
    }

    /// <summary>Each of so many has tried it and is back; each other one has asked in vain.</summary>
    private async Task<string> FailsAsync(int bad, IReadOnlyList<MachineStepContext> machines, ClusterWatches watches, TimeSpan turn, CancellationToken cancellation)
    {
        var boots = machines.ToDictionary(context => context.Live.Name, context => context.Live.Boots.Count);
        bool Fell(MachineStepContext context) => context.Live.Releases.Failed.Contains(To) && watches.IsUp(context.Live.Name);
        await UntilAsync(
            machines, turn * 2 * bad,
            () => machines.Count(Fell) is var fell && fell >= bad ? null : $"{fell} of {bad} machines have tried release {To} and are back", cancellation);
        var back = machines[0].Time.GetUtcNow();
        MachineStepContext[] fallen = [.. machines.Where(Fell)], others = [.. machines.Except(fallen)];
        await UntilAsync(
            machines, turn,
            () =>
            {
                ThrowIfItGoesOn();
                return others.FirstOrDefault(context => watches.Refusals(context.Live.Name, back) < EnoughRefusals) is { } patient
                    ? $"{patient.Live.Name} has not asked for a slot {EnoughRefusals} times and been refused" : null;
            },
            cancellation);
        return $"release {To} failed on {Names(fallen)}, which keeps its slot; {Names(others)} were denied a slot";

        void ThrowIfItGoesOn()
        {
            foreach (var name in fallen.Select(context => context.Live.Name).Where(name => !watches.Holds(name)))
                throw new StepFailedException($"{name} gave its slot back, although release {To} failed there: it goes on to the next machine");
            foreach (var name in others.Where(other => other.Live.Boots.Count != boots[other.Live.Name] || !watches.IsUp(other.Live.Name)).Select(other => other.Live.Name))
                throw new StepFailedException($"{name} rebooted, although release {To} had failed elsewhere");
        }

        static string Names(IEnumerable<MachineStepContext> some) => string.Join(", ", some.Select(context => context.Live.Name));
    }

    /// <summary>A machine that has its release and restarted without coming to it would only do so again.</summary>
    private void ThrowIfReturned(IReadOnlyDictionary<LiveMachine, int> before)
    {
        foreach (var live in before.Keys.Where(live => live.Releases.Returns > before[live]))
            throw new StepFailedException(
                $"{live.Name} rebooted with release {To} installed and runs {live.Releases.Running} again: {To} was {(live.Releases.Failed.Contains(To) ? "tried and failed" : "not even tried")}");
    }

    /// <summary>What is still missing; <see langword="null"/>: nothing.</summary>
    private string? Missing(IReadOnlyList<MachineStepContext> machines, ClusterWatches watches)
    {
        string[] missing =
        [
            .. machines.Select(context => context.Live).Select(live =>
                !watches.IsUp(live.Name) ? $"{live.Name} is not up"
                : live.Releases.Running != To ? $"{live.Name} runs release {live.Releases.Running}{(live.Releases.Failed.Contains(To) ? $", as {To} failed" : "")}"
                : watches.Holds(live.Name) ? $"{live.Name} holds its slot"
                : null).OfType<string>(),
        ];
        return missing is [] ? null : string.Join(", ", missing);
    }

    /// <exception cref="StepFailedException">Something is missing still after the bound.</exception>
    private static async Task UntilAsync(IReadOnlyList<MachineStepContext> machines, TimeSpan bound, Func<string?> missing, CancellationToken cancellation)
    {
        var time = machines[0].Time;
        var begun = time.GetTimestamp();
        while (missing() is { } what)
        {
            if (time.GetElapsedTime(begun) > bound)
                throw new StepTooLateException($"after {bound.TotalSeconds:0} s: {what}; read the machines' console.log, or give the step more time", bound);
            await Task.Delay(LookInterval, time, cancellation);
        }
    }
}
