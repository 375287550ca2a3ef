namespace Kola.Machines.Inspection;

public enum FindingStatus
{
    Ok,

    /// <summary>It works, but slower or with less.</summary>
    Degraded,

    /// <summary>Something that only some machines or checks need is not there.</summary>
    Optional,

    /// <summary>Nothing can be booted without it.</summary>
    Missing,
}

/// <summary>One fact of this host.</summary>
/// <param name="Subject">What was looked at, such as <c>QEMU</c>.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Remedy">How to get it; <see langword="null"/> when all is well.</param>
public sealed record HostFinding(string Subject, FindingStatus Status, string Detail, string? Remedy = null);
