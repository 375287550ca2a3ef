using System.Globalization;
using System.Text.RegularExpressions;
using Kola.Machines.Files;

namespace Kola.Machines.Offline.Differences;

/// <summary>Reads all names of a file system that was taken out of a disk.</summary>
internal static partial class StoredTree
{
    /// <summary>A damaged folder may hold itself.</summary>
    private const int DeepestFolder = 64;

    private const long Root = 2;

    /// <summary>A line of debugfs' <c>ls -p</c>: inode, mode with the kind, user, group, name, length.</summary>
    [GeneratedRegex(@"^/(?<inode>\d+)/(?<kind>\d\d)(?<mode>\d{4})/(?<user>\d+)/(?<group>\d+)/(?<name>[^/]*)/\d*/\z")]
    private static partial Regex Listed { get; }

    [GeneratedRegex("^Fast link dest: \"(?<target>.*)\"$", RegexOptions.Multiline)]
    private static partial Regex FastLink { get; }

    [GeneratedRegex(@"Device major/minor number: (?<number>\d+:\d+)")]
    private static partial Regex Device { get; }

    [GeneratedRegex(@"^Extended attributes:\n(?<lines>(?:  .*\n?)+)", RegexOptions.Multiline)]
    private static partial Regex Attributes { get; }

    /// <summary>The names of an ext4 file system by absolute path, without its root.</summary>
    /// <param name="image">The file system, from its first byte.</param>
    /// <param name="folder">An empty folder for the content of files.</param>
    /// <exception cref="GuestException">It is damaged.</exception>
    public static async Task<IReadOnlyDictionary<string, StoredFile>> OfExtAsync(string image, string folder, CancellationToken cancellation)
    {
        var debugfs = new ExtFiles(image);
        var names = await NamesAsync(debugfs, cancellation);
        var told = names.Values.Select(name => name.Inode).Distinct().ToList();
        var answers = await debugfs.AnswersAsync([.. told.Select(inode => string.Create(CultureInfo.InvariantCulture, $"stat <{inode}>"))], cancellation);
        var about = told.Zip(answers).ToDictionary(pair => pair.First, pair => pair.Second);
        // The inode's number names the copy: one file may have several names. A short link has no blocks to read.
        var read = names.Values.Where(name => name.Kind is "10" || (name.Kind is "12" && !FastLink.IsMatch(about[name.Inode]))).Select(name => name.Inode).Distinct().ToList();
        await debugfs.AnswersAsync([.. read.Select(inode => string.Create(CultureInfo.InvariantCulture, $"dump <{inode}> \"{folder}/{inode}\""))], cancellation);
        var tree = new Dictionary<string, StoredFile>(StringComparer.Ordinal);
        foreach (var (path, name) in names)
            tree[path] = await StoredAsync(name, about[name.Inode], Path.Combine(folder, name.Inode.ToString(CultureInfo.InvariantCulture)), cancellation);
        return tree;
    }

    /// <summary>The names of a FAT file system by absolute path, without its root.</summary>
    /// <inheritdoc cref="OfExtAsync"/>
    public static async Task<IReadOnlyDictionary<string, StoredFile>> OfFatAsync(string image, string folder, CancellationToken cancellation)
    {
        await new FatFiles(image).CopyAllAsync(folder, cancellation);
        var tree = new Dictionary<string, StoredFile>(StringComparer.Ordinal);
        foreach (var name in Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories))
        {
            var path = $"/{Path.GetRelativePath(folder, name)}";
            tree[path] = Directory.Exists(name)
                ? new("folder", "", "", "", "")
                : new("file", "", "", "", await FileDigest.Sha256OfAsync(name, cancellation)) { Copy = name };
        }

        return tree;
    }

    /// <summary>Folder by folder, one run of debugfs for each depth.</summary>
    private static async Task<Dictionary<string, Name>> NamesAsync(ExtFiles debugfs, CancellationToken cancellation)
    {
        var names = new Dictionary<string, Name>(StringComparer.Ordinal);
        List<(string Path, long Inode)> folders = [("", Root)];
        for (var depth = 0; folders.Count > 0; depth++)
        {
            if (depth == DeepestFolder)
                throw new GuestException($"a file system has folders {DeepestFolder} deep, such as {folders[0].Path}; it is damaged");
            var answers = await debugfs.AnswersAsync([.. folders.Select(folder => string.Create(CultureInfo.InvariantCulture, $"ls -p <{folder.Inode}>"))], cancellation);
            List<(string Path, long Inode)> below = [];
            foreach (var (folder, answer) in folders.Zip(answers))
            {
                foreach (var line in answer.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                {
                    var name = Parse(line, folder.Path);
                    if (name.Inode == 0 || name.Own is "." or "..")
                        continue;
                    names[$"{folder.Path}/{name.Own}"] = name;
                    if (name.Kind == "04")
                        below.Add(($"{folder.Path}/{name.Own}", name.Inode));
                }
            }

            folders = below;
        }

        return names;
    }

    private static Name Parse(string line, string folder)
    {
        var match = Listed.Match(line);
        return match.Success
            ? new(long.Parse(match.Groups["inode"].ValueSpan, CultureInfo.InvariantCulture), match.Groups["kind"].Value, match.Groups["mode"].Value,
                $"{match.Groups["user"].Value}:{match.Groups["group"].Value}", match.Groups["name"].Value)
            : throw new GuestException($"debugfs printed '{line}' of folder {folder}/, expected /INODE/MODE/USER/GROUP/NAME/LENGTH/; the file system is damaged, or a name in it has a line break");
    }

    private static async Task<StoredFile> StoredAsync(Name name, string about, string copy, CancellationToken cancellation)
    {
        var attributes = Attributes.Match(about).Groups["lines"].Value;
        StoredFile Of(string kind, string content) =>
            new(kind, name.Mode, name.Owner, string.Join('\n', attributes.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Order(StringComparer.Ordinal)), content);
        return name.Kind switch
        {
            "10" => Of("file", await FileDigest.Sha256OfAsync(copy, cancellation)) with { Copy = copy },
            "12" => Of("link", FastLink.Match(about) is { Success: true } fast ? fast.Groups["target"].Value : await File.ReadAllTextAsync(copy, cancellation)),
            "04" => Of("folder", ""),
            "01" => Of("pipe", ""),
            "14" => Of("socket", ""),
            _ => Of("device", Device.Match(about).Groups["number"].Value),
        };
    }

    /// <param name="Kind">The first two digits of the mode (inode(7)).</param>
    private sealed record Name(long Inode, string Kind, string Mode, string Owner, string Own);
}
