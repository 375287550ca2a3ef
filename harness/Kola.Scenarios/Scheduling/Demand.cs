using System.Text.Json.Serialization;
using Kola.Machines.Host;
using Kola.Scenarios.Model;

namespace Kola.Scenarios.Scheduling;

/// <summary>What a scenario takes of the host while it runs, or what the host has for scenarios.</summary>
/// <param name="Cpus">Sum of its machines' virtual CPUs.</param>
/// <param name="MemoryBytes">Sum of its machines' memory, with what QEMU itself needs.</param>
public sealed record Demand(int Cpus, long MemoryBytes)
{
    /// <summary>As long as somebody wants: a person looks at the machines.</summary>
    internal static readonly TimeSpan Unbounded = TimeSpan.FromDays(365);

    /// <summary>Beyond any host, and summed up with others still an <see cref="int"/>.</summary>
    private const int WholeHost = 1 << 20;

    /// <summary>What QEMU takes besides the guest's memory, measured on a q35 machine with OVMF under TCG.</summary>
    private const long QemuOverhead = 150L << 20;

    /// <summary>The longest time for which it is held; others wait as long.</summary>
    [JsonIgnore]
    public TimeSpan Longest { get; init; } = TimeSpan.FromHours(2);

    /// <summary>
    /// The same with the host to itself. It is more processors than any host has: such a scenario runs when nothing else does, and while it runs nothing else fits; also to
    /// other processes, who know only numbers.
    /// </summary>
    [JsonIgnore]
    public Demand Alone => this with { Cpus = WholeHost };

    /// <summary>For people.</summary>
    [JsonIgnore]
    public string Processors => Cpus >= WholeHost ? "the whole host" : $"{Cpus} CPUs";

    public long MemoryMebibytes => MemoryBytes >> 20;

    /// <summary>Of all its machines at once, on a host with this accelerator.</summary>
    public static Demand Of(ScenarioCase scenario, Accelerator accelerator) => new(
        scenario.Machines.Sum(m => m.CpusOn(accelerator)),
        scenario.Machines.Sum(m => m.Memory.Bytes + QemuOverhead));

    public static Demand Sum(IEnumerable<Demand> demands) =>
        demands.Aggregate(new Demand(0, 0), (sum, next) => new(sum.Cpus + next.Cpus, sum.MemoryBytes + next.MemoryBytes));
}
