namespace Kola.Servers.Payloads;

/// <summary>What a server has to give: the files of a release's folder, with faults.</summary>
public sealed record PayloadOffer
{
    /// <summary>Absolute path.</summary>
    public required string Folder { get; init; }

    /// <summary>Names of the files in it that are served.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    public IReadOnlyList<PayloadFault> Faults { get; init; } = [];

    /// <summary>For each release that a <see cref="PayloadFault.Swap"/> names: absolute paths of its files by the names of this release's. Names that are missing are served as they are.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Counterparts { get; init; } = new Dictionary<string, IReadOnlyDictionary<string, string>>();

    /// <summary>For each <see cref="PayloadFault.ForeignSignature"/>: the signature by the name that the fault gives (<see cref="PayloadFault.Path"/>).</summary>
    public IReadOnlyDictionary<string, byte[]> ForeignSignatures { get; init; } = new Dictionary<string, byte[]>();

    /// <summary>The file of that name; <see langword="null"/> when there is none.</summary>
    internal FileInfo? Find(string name) =>
        Files.Contains(name) && new FileInfo(Path.Combine(Folder, name)) is { Exists: true } file ? file : null;

    /// <summary>Names of the files that the pattern matches, empty ones left out.</summary>
    internal IReadOnlyList<string> FilesOf(string pattern) => [.. Files.Where(name => PathPattern.Matches(pattern, name) && Find(name) is { Length: > 0 })];

    /// <summary>Bytes of all files that the pattern matches.</summary>
    internal long SizeOf(string pattern) =>
        Files.Where(name => PathPattern.Matches(pattern, name)).Sum(name => Find(name)?.Length ?? 0);
}
