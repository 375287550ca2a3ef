namespace Kola.Servers.Omaha.UpdatePayloads;

/// <summary>What a payload is, and what is wrong with it.</summary>
public sealed record PayloadReport
{
    /// <summary>1 or 2; <see langword="null"/>: it could not be read so far.</summary>
    public int? Format { get; init; }

    /// <summary>Bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    public IReadOnlyList<PayloadImage> Images { get; init; } = [];

    public IReadOnlyList<PayloadSignature> Signatures { get; init; } = [];

    /// <summary>In the order in which they were found; empty: it is sound as far as it was checked.</summary>
    public required IReadOnlyList<PayloadProblem> Problems { get; init; }

    /// <summary>What was not checked, and why.</summary>
    public required IReadOnlyList<string> Unchecked { get; init; }
}

/// <summary>An image that a payload writes.</summary>
/// <param name="Name"><c>partition</c>, <c>kernel</c>, or a partition's name in format 2.</param>
/// <param name="Size">Bytes, as the manifest says; <see langword="null"/>: it does not.</param>
/// <param name="Sha256">As the manifest says, in lower-case hexadecimal.</param>
/// <param name="Operations">Number of operations by type, such as REPLACE.</param>
/// <param name="Verified">Whether the operations were seen to make that image.</param>
public sealed record PayloadImage(string Name, long? Size, string? Sha256, IReadOnlyDictionary<string, int> Operations, bool Verified);

/// <summary>A signature in a payload.</summary>
/// <param name="Of"><c>payload</c> or <c>metadata</c>.</param>
/// <param name="Version">2 is the one that clients look at.</param>
/// <param name="Bytes">Length.</param>
/// <param name="Verified">By the key that was given; <see langword="null"/>: none was given.</param>
public sealed record PayloadSignature(string Of, long Version, int Bytes, bool? Verified);
