using Kola.Scenarios.Live;
using Kola.Scenarios.Services;

namespace Kola.Scenarios.Clusters;

/// <summary>All watches of one attempt.</summary>
internal sealed class ClusterWatches(AttemptServices services, double timeScale, AttemptLog log, TimeProvider time) : IAsyncDisposable
{
    private readonly TaskCompletionSource<BrokenRule> broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, WatchedMember> members = [];
    private readonly Dictionary<string, ClusterWatch> watches = [];

    /// <summary>Nothing is watched yet.</summary>
    /// <param name="timeScale">Factor from times for KVM to this host's.</param>
    public static ClusterWatches None(AttemptServices services, double timeScale, AttemptLog log, TimeProvider time) => new(services, timeScale, log, time);

    /// <summary>Completes with what does not hold, of any watch.</summary>
    public Task<BrokenRule> Broken => broken.Task;

    /// <summary>Watches by the rules from now on, instead of what is watched by that name.</summary>
    /// <returns>For people.</returns>
    public async Task<string?> BeginAsync(WatchRules rules, IReadOnlyList<LiveMachine> machines, TimeSpan bound, CancellationToken cancellation)
    {
        if (watches.Remove(rules.Name, out var before))
            await before.DisposeAsync();
        foreach (var live in machines)
            if (!members.ContainsKey(live.Name))
                members[live.Name] = new(live, log, time);
        var watch = new ClusterWatch(rules, [.. machines.Select(live => members[live.Name])], services, timeScale, log, time);
        var begun = await watch.BeginAsync(bound, cancellation);
        watches[rules.Name] = watch;
        _ = TellAsync(watch);
        return begun;
    }

    /// <summary>Whether a machine is up and answers.</summary>
    public bool IsUp(string machine) => members[machine] is { Down: null, Live.IsReady: true };

    /// <summary>Whether a machine is known to hold a slot.</summary>
    public bool Holds(string machine) => watches.Values.Any(watch => watch.Holding().Contains(machine));

    /// <summary>How often a machine was refused a slot after a moment.</summary>
    public int Refusals(string machine, DateTimeOffset after) => watches.Values.Max(watch => watch.Refusals(machine, after));

    /// <exception cref="StepFailedException">Something does not hold.</exception>
    public void Check()
    {
        if (broken.Task is { IsCompletedSuccessfully: true, Result: var why })
            throw why.ToException();
    }

    /// <summary>The scenario has ended, and all that is watched must hold to the end.</summary>
    /// <exception cref="StepFailedException">It does not.</exception>
    public async Task EndAsync(CancellationToken cancellation)
    {
        await Task.WhenAll(watches.Values.Select(watch => watch.EndAsync(cancellation)));
        foreach (var watch in watches.Values.Where(watch => watch.Broken.IsCompleted))
            throw (await watch.Broken).ToException();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var watch in watches.Values)
            await watch.DisposeAsync();
        foreach (var member in members.Values)
            await member.DisposeAsync();
    }

    private async Task TellAsync(ClusterWatch watch) => broken.TrySetResult(await watch.Broken);
}
