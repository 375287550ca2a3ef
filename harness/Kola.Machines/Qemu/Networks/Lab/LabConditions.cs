namespace Kola.Machines.Qemu.Networks.Lab;

/// <summary>How a lab network behaves: who reaches whom, and how well.</summary>
public sealed record LabConditions
{
    /// <summary>Every frame arrives at once.</summary>
    public static LabConditions Healthy { get; } = new();

    /// <summary>
    /// Ports reach each other that are in one set together; sets may overlap. A port in no set reaches nobody. <see langword="null"/>: no partition.
    /// </summary>
    public IReadOnlyList<IReadOnlyCollection<string>>? Sets { get; init; }

    public IReadOnlyList<LabFault> Faults { get; init; } = [];

    internal IEnumerable<string> Names => (Sets ?? []).SelectMany(set => set).Concat(Faults.SelectMany(fault => new[] { fault.From, fault.To }).OfType<string>());

    internal bool Join(string from, string to) => Sets is null || Sets.Any(set => set.Contains(from) && set.Contains(to));
}
