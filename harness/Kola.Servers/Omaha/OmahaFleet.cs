using System.Collections.Concurrent;

namespace Kola.Servers.Omaha;

/// <summary>The machines that have asked, each with its sequence of events. Safe for use by several tasks.</summary>
internal sealed class OmahaFleet
{
    private readonly ConcurrentDictionary<string, Entry> machines = new(StringComparer.Ordinal);

    public IReadOnlyList<OmahaMachine> Machines => [.. machines.Values.Select(entry => entry.ToRecord()).OrderBy(machine => machine.Id, StringComparer.Ordinal)];

    /// <summary><see langword="null"/>: it has not asked.</summary>
    public OmahaMachine? Find(string machine) => machines.TryGetValue(machine, out var entry) ? entry.ToRecord() : null;

    public void Add(OmahaReport report, DateTimeOffset at) => machines.GetOrAdd(report.Machine, id => new(id)).Add(report, at);

    /// <summary>What machines have said before, as it was kept. What they say is added to it.</summary>
    public void Restore(IEnumerable<OmahaMachine> kept)
    {
        foreach (var machine in kept)
            machines[machine.Id] = new(machine.Id, machine);
    }

    private sealed class Entry(string id)
    {
        private readonly Lock gate = new();
        private readonly List<OmahaEvent> events = [];
        private string? group, bootId;
        private string version = "";
        private DateTimeOffset seen;
        private int pings;

        public Entry(string id, OmahaMachine kept)
            : this(id)
        {
            (group, bootId, version, seen, pings) = (kept.Group, kept.BootId, kept.Version, kept.LastSeen, kept.Pings);
            events.AddRange(kept.Events);
        }

        public void Add(OmahaReport report, DateTimeOffset at)
        {
            lock (gate)
            {
                (group, bootId, version, seen) = (report.Group, report.BootId, report.Version, at);
                pings += report.Ping ? 1 : 0;
                events.AddRange(report.Events);
            }
        }

        public OmahaMachine ToRecord()
        {
            lock (gate)
                return new() { Id = id, Group = group, BootId = bootId, Version = version, LastSeen = seen, Pings = pings, Events = [.. events] };
        }
    }
}
