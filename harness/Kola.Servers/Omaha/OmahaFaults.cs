using System.Collections.Concurrent;

namespace Kola.Servers.Omaha;

/// <summary>Which faults act on a request. Counts what each has acted on. Safe for use by several tasks.</summary>
internal sealed class OmahaFaults(IReadOnlyList<OmahaFault> faults)
{
    private readonly FaultTimes<OmahaFault> acting = new(faults, fault => fault.Times);
    private readonly ConcurrentDictionary<string, int> flips = new(StringComparer.Ordinal);

    /// <param name="call"><see langword="null"/>: the request could not be read; no fault acts on it but those for all.</param>
    public IReadOnlyList<OmahaFault> Take(OmahaCall? call, IReadOnlyCollection<string> machines) =>
        acting.Take(fault => (fault.Call is null || fault.Call == call) && (fault.Machine is null || machines.Contains(fault.Machine)));

    /// <summary>Whether it is the other update's turn with that machine.</summary>
    public bool Flips(string machine) => flips.AddOrUpdate(machine, 1, (_, count) => count + 1) % 2 == 0;
}
