using System.Formats.Tar;
using System.Text;
using Kola.Machines;
using Kola.Machines.Host;

namespace Kola.Scenarios.Steps.External;

/// <summary>Archives for the guest, made on this host: any guest has <c>tar</c>, and one upload is cheaper than many.</summary>
internal static class GuestFiles
{
    private const UnixFileMode Program = (UnixFileMode)0b111_101_101;

    /// <summary>Folders within folders beyond this are a link that leads back to itself.</summary>
    private const int MaxDepth = 32;

    /// <summary>Writes files to an archive; all of them may be executed.</summary>
    /// <param name="files">Content by absolute path in the guest.</param>
    public static async Task WriteAsync(string archive, IReadOnlyDictionary<string, string> files, CancellationToken cancellation)
    {
        await using var tar = new TarWriter(File.Create(archive), TarEntryFormat.Pax, leaveOpen: false);
        foreach (var (path, content) in files)
            await tar.WriteEntryAsync(Entry(path.TrimStart('/'), Program, new MemoryStream(Encoding.UTF8.GetBytes(content))), cancellation);
    }

    /// <summary>Writes a folder's content to an archive. Links are followed: what they lead to may lie elsewhere in the project.</summary>
    /// <exception cref="InputException">A file cannot be read, or a link leads back to itself.</exception>
    public static async Task PackAsync(string archive, string folder, CancellationToken cancellation)
    {
        await using var tar = new TarWriter(File.Create(archive), TarEntryFormat.Pax, leaveOpen: false);
        foreach (var (path, file) in Below(folder))
        {
            await using var content = File.OpenRead(file);
            await tar.WriteEntryAsync(Entry(path, Executables.ModeOf(file), content), cancellation);
        }
    }

    /// <summary>Files below a folder, links followed: relative and absolute path, in the order of the relative ones.</summary>
    /// <exception cref="InputException">A link leads back to itself.</exception>
    public static IReadOnlyList<(string Path, string File)> Below(string folder)
    {
        List<(string, string)> files = [];
        Add("", folder, 0);
        return files;

        void Add(string prefix, string from, int depth)
        {
            if (WhyTooDeep(depth) is { } tooDeep)
                throw new InputException($"{from}: {tooDeep}");
            foreach (var entry in Directory.EnumerateFileSystemEntries(from).Order(StringComparer.Ordinal))
                if (Directory.Exists(entry))
                    Add($"{prefix}{Path.GetFileName(entry)}/", entry, depth + 1);
                else
                    files.Add((prefix + Path.GetFileName(entry), entry));
        }
    }

    /// <summary>What to tell of a folder within that many others; <see langword="null"/>: it may be so deep.</summary>
    public static string? WhyTooDeep(int depth) =>
        depth > MaxDepth ? $"folders are nested deeper than {MaxDepth} levels; look for a symbolic link that leads back to itself" : null;

    private static PaxTarEntry Entry(string path, UnixFileMode mode, Stream content) => new(TarEntryType.RegularFile, path) { Mode = mode, Uid = 0, Gid = 0, DataStream = content };
}
