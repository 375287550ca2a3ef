using Kola.Machines;
using Kola.Machines.Guests;
using Kola.Machines.Offline;

namespace Kola.Scenarios.Live;

/// <summary>How often other releases were tried before a machine came back to one.</summary>
/// <param name="Proof">By what this is known.</param>
/// <param name="Counts">Tries by release; what was not tried is not in it.</param>
internal sealed record TriesShown(TriesProof Proof, IReadOnlyDictionary<string, int> Counts);

/// <summary>Counts tries by the best proof that the image and its adapter offer.</summary>
internal sealed class TriesMade(LiveMachine live)
{
    private IReadOnlyDictionary<string, TryCount> before = new Dictionary<string, TryCount>();

    /// <exception cref="NotProvenException">Neither its console nor its boot loader shows how often a release was tried.</exception>
    private TriesProof Proof => TriesProofs.Of(live.Image, live.Adapter) is [var best, ..]
        ? best
        : throw new NotProvenException($"how often {live.Name} tries a release is not seen: image {live.Image.Name} has no 'releaseStarted' pattern, and its adapter {live.Adapter.Name} reads no boot counter; add the pattern in images/catalog.yaml");

    /// <summary>Before the machine restarts. Of one that is off, everything that its counters show later counts, but for what a step has set.</summary>
    public async Task DepartingAsync(CancellationToken cancellation) =>
        before = Proof is TriesProof.BootCounter && live.IsReady && live.Machine.State is MachineState.Running ? await CountersAsync(cancellation) : live.Releases.Spent;

    /// <summary>After it has come up in <paramref name="running"/>.</summary>
    public async Task<TriesShown> ShownAsync(string running, CancellationToken cancellation)
    {
        if (Proof is TriesProof.ConsoleLine)
        {
            return new(TriesProof.ConsoleLine, live.Releases.Starts().Select(start => start.Release).Where(release => release != running)
                .GroupBy(release => release).ToDictionary(group => group.Key, group => group.Count()));
        }

        var now = await CountersAsync(cancellation);
        return new(TriesProof.BootCounter, Since(before, now, running));
    }

    /// <summary>Tries between two readings. A release that was installed again meanwhile has begun anew.</summary>
    internal static IReadOnlyDictionary<string, int> Since(IReadOnlyDictionary<string, TryCount> before, IReadOnlyDictionary<string, TryCount> now, string running) =>
        now.Where(counted => counted.Key != running)
            .Select(counted => (counted.Key, Made: before.TryGetValue(counted.Key, out var then) && then.Done <= counted.Value.Done ? counted.Value.Done - then.Done : counted.Value.Done))
            .Where(counted => counted.Made > 0)
            .ToDictionary(counted => counted.Key, counted => counted.Made);

    private Task<IReadOnlyDictionary<string, TryCount>> CountersAsync(CancellationToken cancellation) =>
        live.Machine.GuardAsync("the boot loader's counters", live.ReadyBound, token => ((IUpdatingGuest)live.Adapter).TriesAsync(live.Ssh, token), cancellation);
}
