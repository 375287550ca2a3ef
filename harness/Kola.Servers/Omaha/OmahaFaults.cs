using System.Collections.Concurrent;

namespace Kola.Servers.Omaha;

/// <summary>Which faults act on a request. Counts what each has acted on. Safe for use by several tasks.</summary>
internal sealed class OmahaFaults(IReadOnlyList<OmahaFault> faults)
{
    private readonly int[] used = new int[faults.Count];
    private readonly ConcurrentDictionary<string, int> flips = new(StringComparer.Ordinal);

    /// <param name="call"><see langword="null"/>: the request could not be read; no fault acts on it but those for all.</param>
    public IReadOnlyList<OmahaFault> Take(OmahaCall? call, IReadOnlyCollection<string> machines)
    {
        if (faults.Count == 0)
            return [];
        return [.. faults.Index().Where(entry => (entry.Item.Call is null || entry.Item.Call == call)
            && (entry.Item.Machine is null || machines.Contains(entry.Item.Machine))
            && (entry.Item.Times is not { } times || Interlocked.Increment(ref used[entry.Index]) <= times)).Select(entry => entry.Item)];
    }

    /// <summary>Whether it is the other update's turn with that machine.</summary>
    public bool Flips(string machine) => flips.AddOrUpdate(machine, 1, (_, count) => count + 1) % 2 == 0;
}
