using System.Text.Json.Serialization;
using Kola.Scenarios.Model;

namespace Kola.Scenarios.Scheduling;

/// <summary>What a scenario takes of the host while it runs, or what the host has for scenarios.</summary>
/// <param name="Cpus">Sum of its machines' virtual CPUs.</param>
/// <param name="MemoryBytes">Sum of its machines' memory, with what QEMU itself needs.</param>
public sealed record Demand(int Cpus, long MemoryBytes)
{
    /// <summary>As long as somebody wants: a person looks at the machines.</summary>
    internal static readonly TimeSpan Unbounded = TimeSpan.FromDays(365);

    /// <summary>What QEMU takes besides the guest's memory, measured on a q35 machine with OVMF under TCG.</summary>
    private const long QemuOverhead = 150L << 20;

    /// <summary>The longest time for which it is held; others wait as long.</summary>
    [JsonIgnore]
    public TimeSpan Longest { get; init; } = TimeSpan.FromHours(2);

    public long MemoryMebibytes => MemoryBytes >> 20;

    /// <summary>Of all its machines at once.</summary>
    public static Demand Of(ScenarioCase scenario) => new(
        scenario.Machines.Sum(m => m.Cpus),
        scenario.Machines.Sum(m => m.Memory.Bytes + QemuOverhead));

    public static Demand Sum(IEnumerable<Demand> demands) =>
        demands.Aggregate(new Demand(0, 0), (sum, next) => new(sum.Cpus + next.Cpus, sum.MemoryBytes + next.MemoryBytes));
}
