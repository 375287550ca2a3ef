namespace Kola.Scenarios.Scheduling;

/// <summary>What a scenario takes of the host while it runs, or what the host has for scenarios.</summary>
/// <param name="Cpus">Sum of its machines' virtual CPUs.</param>
/// <param name="MemoryBytes">Sum of its machines' memory, with what QEMU itself needs.</param>
public sealed record Demand(int Cpus, long MemoryBytes)
{
    public long MemoryMebibytes => MemoryBytes >> 20;

    public static Demand Sum(IEnumerable<Demand> demands) =>
        demands.Aggregate(new Demand(0, 0), (sum, next) => new(sum.Cpus + next.Cpus, sum.MemoryBytes + next.MemoryBytes));
}
