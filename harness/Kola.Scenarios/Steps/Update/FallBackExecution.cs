using Kola.Machines;
using Kola.Scenarios.Attempts;
using Kola.Scenarios.Live;

namespace Kola.Scenarios.Steps.Update;

internal static class FallBackExecution
{
    /// <summary>Between two looks whether the bad release counts as good, for KVM: rare, as each costs an emulated guest time.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    public static async Task<string?> RunAsync(FallBackStep step, StepContext context, CancellationToken cancellation)
    {
        var live = context.Live;
        if (live.Image.ReleaseStarted is null)
            throw new InputException($"nothing tells which release {live.Name} starts; give image {live.Image.Name} 'releaseStarted' in images/catalog.yaml");
        if (live.Releases.Running is null && live.Machine.State is MachineState.Running)
            await live.Releases.FollowAsync(cancellation);
        await live.DepartAsync(step.How, cancellation);
        await live.Machine.GuardAsync($"release {step.To} to be started again", context.Bound, c => ReturnsAsync(step.To, live, context, c), cancellation);
        await live.ArriveAsync("fall-back", cancellation);
        return Judge(step, live.Name, live.Releases.Running, [.. live.Releases.Starts().Select(start => start.Release)]);
    }

    /// <summary>Returns when the console says that the old release is started; throws when the other one is there to stay.</summary>
    private static async Task ReturnsAsync(string to, LiveMachine live, StepContext context, CancellationToken cancellation)
    {
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

    /// <exception cref="StepFailedException">Another release is marked good: from there nothing falls back.</exception>
    private static async Task StaysAsync(string to, LiveMachine live, StepContext context, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await live.Ssh.ConnectAsync(cancellation);
                var release = await live.Adapter.ReleaseAsync(live.Ssh, cancellation);
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
    /// <param name="starts">Releases in the order in which the console says they were started, that one included.</param>
    /// <exception cref="StepFailedException">It is not as expected.</exception>
    internal static string Judge(FallBackStep step, string machine, string? running, IReadOnlyList<string> starts)
    {
        if (running != step.To)
            throw new StepFailedException($"{machine} runs release {running} where {step.To} was expected");
        var tried = starts.Where(release => release != step.To).GroupBy(release => release).ToDictionary(group => group.Key, group => group.Count());
        var seen = tried.Count == 0 ? "nothing else" : string.Join(", ", tried.Select(pair => $"release {pair.Key} {pair.Value} times"));
        if (tried.Count == 0)
            throw new StepFailedException($"{machine} came up in release {step.To} without having tried another");
        foreach (var (release, count) in step.Tried)
            if (tried.GetValueOrDefault(release) != count)
                throw new StepFailedException($"{machine} was to try release {release} {count} times before it came back to {step.To}; the console shows {seen}");
        return $"tried {seen}, then release {step.To}";
    }
}
