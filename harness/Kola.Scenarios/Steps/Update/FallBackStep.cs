using System.ComponentModel;
using Kola.Machines;
using Kola.Machines.Guests;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Steps.Update;

/// <summary>Starts a machine whose next release is bad, and waits until it has come back to the old one by itself, after however many boots.</summary>
[Keyword("fall-back", Value = nameof(To)), Description("Restart the machine (or power it on when it is off) and wait until, by itself, it runs an older release after having tried another.")]
public sealed record FallBackStep : Step, IMachineStep
{
    [Description("Release that it comes back to: a role, or a version."), StandsFor(ReleaseWords.Release), Example("previous")]
    public required string To { get; init; }

    [Description("How it is restarted. soft: by a command in the guest; hard: a reset, without warning; own: it restarts on its own initiative.")]
    public RebootKind How { get; init; } = RebootKind.Soft;

    [Description("How often each release must have been started before, as the console or the boot loader's counters show it. Default: another one at least once."), NotEmpty, Format(ReleaseRoles.VersionPattern, ReleaseRoles.VersionForm, Keys = true), StandsFor(ReleaseWords.Release, Keys = true), Example("{ candidate: 3 }")]
    public IReadOnlyDictionary<string, int> Tried { get; init; } = new Dictionary<string, int>();

    private protected override string Describe() => $"to {To}";

    /// <summary>Between two looks whether the bad release counts as good, for KVM: rare, as each costs an emulated guest time.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    async Task<string?> IMachineStep.RunAsync(MachineStepContext context, CancellationToken cancellation)
    {
        var live = context.Live;
        var tries = new TriesMade(live);
        if (live.Releases.Running is null && live.Machine.State is MachineState.Running)
            await live.Releases.FollowAsync(cancellation);
        // Nobody has asked it what it runs, and a machine that is off cannot be asked: it comes back to what it ran.
        if (live.Releases.Running is null)
            live.Releases.Restore(To, live.Releases.Staged);
        await tries.DepartingAsync(cancellation);
        await live.DepartAsync(How, cancellation);
        await live.Machine.GuardAsync($"release {To} to be started again", context.Bound, c => ReturnsAsync(To, live, context, c), cancellation);
        await live.ArriveAsync("fall-back", cancellation);
        var shown = await tries.ShownAsync(live.Releases.Running!, cancellation);
        live.Releases.Fail(shown.Counts.Keys);
        return Judge(live.Name, live.Releases.Running, shown);
    }

    /// <summary>Returns when the old release is started, by the console, or by itself where the console does not say; throws when the other one is there to stay.</summary>
    private static async Task ReturnsAsync(string to, LiveMachine live, MachineStepContext context, CancellationToken cancellation)
    {
        if (live.Image.ReleaseStarted is null)
        {
            await StaysAsync(to, live, context, cancellation);
            return;
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var started = StartedAsync(to, live, over.Token);
        var stays = StaysAsync(to, live, context, over.Token);
        var first = await Task.WhenAny(started, stays);
        await over.CancelAsync();
        await first;
    }

    private static async Task StartedAsync(string to, LiveMachine live, CancellationToken cancellation)
    {
        for (var position = live.Releases.DepartedAt; ;)
        {
            var match = await live.Machine.Console.WaitForAsync(live.Image.ReleaseStarted!, position, cancellation);
            if (match.Match.Groups["release"].Value == to)
                return;
            position = match.End;
        }
    }

    /// <summary>Returns when another boot of the machine answers and runs the old release.</summary>
    /// <exception cref="StepFailedException">Another release is marked good: from there nothing falls back.</exception>
    private static async Task StaysAsync(string to, LiveMachine live, MachineStepContext context, CancellationToken cancellation)
    {
        var left = live.Boots.Count > 0 ? live.Boots[^1] : null;
        while (true)
        {
            try
            {
                await live.Ssh.ConnectAsync(cancellation);
                var release = await live.Adapter.ReleaseAsync(live.Ssh, cancellation);
                if (release.Version == to && await live.Adapter.BootIdAsync(live.Ssh, cancellation) != left)
                    return;
                if (release.Version != to && await live.Adapter.AssessmentAsync(live.Ssh, cancellation) is { MarkedGood: true })
                    throw new StepFailedException($"{live.Name} runs release {release.Version}, which is marked good: it does not fall back to {to}");
            }
            catch (GuestException e) when (e is not StepFailedException)
            {
                // A guest that goes down, or has not come up, gives no answer.
            }

            await Task.Delay(LookInterval * context.TimeScale, context.Time, cancellation);
        }
    }

    /// <summary>What was tried, for people.</summary>
    /// <param name="running">The release that the machine came up in.</param>
    /// <exception cref="StepFailedException">It is not as expected.</exception>
    internal string Judge(string machine, string? running, TriesShown shown)
    {
        if (running != To)
            throw new StepFailedException($"{machine} runs release {running} where {To} was expected");
        var tried = shown.Counts;
        var by = shown.Proof is TriesProof.ConsoleLine ? "the console shows" : "the boot loader has counted";
        var seen = tried.Count == 0 ? "nothing else" : string.Join(", ", tried.Select(pair => $"release {pair.Key} {pair.Value} times"));
        if (tried.Count == 0)
            throw new StepFailedException($"{machine} came up in release {To} without having tried another");
        foreach (var (release, count) in Tried)
            if (tried.GetValueOrDefault(release) != count)
                throw new StepFailedException($"{machine} was to try release {release} {count} times before it came back to {To}; {by} {seen}");
        return $"tried {seen}, then release {To}{(shown.Proof is TriesProof.ConsoleLine ? "" : ", by the boot loader's counters")}";
    }
}
