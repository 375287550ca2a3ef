namespace Kola.Machines.Offline.Differences;

/// <summary>One name in a file system, with all of it that is compared. Times are not: every boot writes some.</summary>
/// <param name="Kind"><c>file, folder, link, device, pipe</c> or <c>socket</c>.</param>
/// <param name="Mode">Permissions, octal; empty where the file system has none.</param>
/// <param name="Owner"><c>user:group</c>, as numbers; empty where the file system has none.</param>
/// <param name="Attributes">Extended attributes as debugfs(8) prints them, one a line, in order.</param>
/// <param name="Content">The SHA-256 of a file, the target of a link, the number of a device; else empty.</param>
internal sealed record StoredFile(string Kind, string Mode, string Owner, string Attributes, string Content)
{
    /// <summary>A file of the host with the content; <see langword="null"/>: it is no file.</summary>
    public string? Copy { get; init; }

    public override string ToString() => string.Join(' ', new[] { Kind, Mode, Owner, Attributes.ReplaceLineEndings(" "), Kind is "link" ? $"to {Content}" : "" }.Where(part => part.Length > 0));
}
