namespace Kola.Servers.Omaha.UpdatePayloads;

/// <summary>What a full payload is made from.</summary>
public sealed record PayloadRecipe
{
    /// <summary>Path of the partition's image, such as Flatcar's /usr.</summary>
    public required string Partition { get; init; }

    /// <summary>Path of the kernel; <see langword="null"/>: the payload has none.</summary>
    public string? Kernel { get; init; }

    /// <summary>1: as CoreOS and Flatcar read it; 2: operations by partition and a signed manifest, as Android and later ChromeOS.</summary>
    public int Format { get; init; } = 1;

    /// <summary><see langword="null"/>: it is sound.</summary>
    public PayloadDefect? Defect { get; init; }
}
