namespace Kola.Servers.Payloads;

/// <summary>What a server has to give: the files of a release's folder, with faults.</summary>
public sealed record PayloadOffer
{
    /// <summary>Absolute path. Its plain files are served by their names; there are no subfolders.</summary>
    public required string Folder { get; init; }

    public IReadOnlyList<PayloadFault> Faults { get; init; } = [];

    /// <summary>The file of that name; <see langword="null"/> when there is none.</summary>
    internal FileInfo? Find(string name)
    {
        // A name that leads elsewhere is no name of a file here.
        if (name.Length == 0 || name is "." or ".." || Path.GetFileName(name) != name)
            return null;
        var file = new FileInfo(Path.Combine(Folder, name));
        return file.Exists ? file : null;
    }

    /// <summary>Bytes of all files that the pattern matches.</summary>
    internal long SizeOf(string pattern) =>
        Directory.EnumerateFiles(Folder).Where(file => PathPattern.Matches(pattern, Path.GetFileName(file))).Sum(file => new FileInfo(file).Length);
}
