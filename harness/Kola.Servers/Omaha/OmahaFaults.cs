using System.Collections.Concurrent;

namespace Kola.Servers.Omaha;

/// <summary>Which faults act on a request. Counts what each has acted on. Safe for use by several tasks.</summary>
/// <param name="others">What is offered besides, for each release that a <see cref="OmahaFault.Flip"/> names.</param>
internal sealed class OmahaFaults(IReadOnlyList<OmahaFault> faults, IReadOnlyDictionary<string, OmahaOffer> others)
{
    private readonly FaultTimes<OmahaFault> acting = new(faults, fault => fault.Times);
    private readonly ConcurrentDictionary<string, int> flips = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private readonly List<string> first = [];

    /// <summary>Nothing goes wrong.</summary>
    public static OmahaFaults None { get; } = new([], new Dictionary<string, OmahaOffer>());

    /// <param name="call"><see langword="null"/>: the request could not be read; no fault acts on it but those for all.</param>
    public IReadOnlyList<OmahaFault> Take(OmahaCall? call, IReadOnlyCollection<string> machines) => acting.Take(fault => fault.Matches(call, machines));

    /// <summary>Whether it is the other update's turn with that machine.</summary>
    public bool Flips(string machine) => flips.AddOrUpdate(machine, 1, (_, count) => count + 1) % 2 == 0;

    public OmahaOffer Other(string release) => others[release];

    /// <summary>Whether a machine is one of the first so many that were to be offered an update.</summary>
    public bool IsAmongFirst(string machine, int most)
    {
        lock (gate)
        {
            if (!first.Contains(machine))
                first.Add(machine);
            return first.IndexOf(machine) < most;
        }
    }
}
