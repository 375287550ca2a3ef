using System.Buffers.Binary;

namespace Kola.Machines.Sweeps.Fat;

/// <summary>A FAT file system within a disk, read in this process as firmware reads it (Microsoft, "FAT: General Overview of On-Disk Format", 1.03). Paths are absolute, with slashes; case does not matter.</summary>
public sealed class FatVolume
{
    private const int MostEntries = 1 << 16, DeepestFolder = 12;

    private readonly IDiskView disk;
    private readonly long start;
    private readonly long data;
    private readonly int clusterBytes;
    private readonly FatTable table;
    private readonly IReadOnlyList<(long Offset, long Length)>? fixedRoot;
    private readonly uint rootCluster;

    private FatVolume(IDiskView disk, long start, ReadOnlySpan<byte> boot)
    {
        this.disk = disk;
        this.start = start;
        int Half(ReadOnlySpan<byte> from, int at) => BinaryPrimitives.ReadUInt16LittleEndian(from[at..]);
        uint Word(ReadOnlySpan<byte> from, int at) => BinaryPrimitives.ReadUInt32LittleEndian(from[at..]);
        var (sector, perCluster, reserved, tables, rootEntries) = (Half(boot, 11), boot[13], Half(boot, 14), boot[16], Half(boot, 17));
        long sectors = Half(boot, 19) is > 0 and var few ? few : Word(boot, 32);
        long tableSectors = Half(boot, 22) is > 0 and var old ? old : Word(boot, 36);
        if (sector is not (512 or 1024 or 2048 or 4096) || perCluster == 0 || (perCluster & (perCluster - 1)) != 0 || reserved == 0 || tables == 0 || tableSectors == 0)
            throw new GuestException("the boot partition has no FAT file system: its boot sector is damaged");
        var rootSectors = ((rootEntries * 32) + sector - 1) / sector;
        var firstData = reserved + (tables * tableSectors) + rootSectors;
        var clusters = (sectors - firstData) / perCluster;
        if (clusters < 1 || start + (sectors * sector) > disk.Length)
            throw new GuestException("the boot partition's FAT file system is longer than the disk: its boot sector is damaged");
        clusterBytes = sector * perCluster;
        data = start + (firstData * sector);
        // The number of clusters alone says which kind it is.
        var bits = clusters < 4085 ? 12 : clusters < 65525 ? 16 : 32;
        table = new(disk, start + (reserved * sector), tableSectors * sector, bits, clusters);
        if (bits == 32)
            rootCluster = Word(boot, 44);
        else
            fixedRoot = [(start + ((reserved + (tables * tableSectors)) * sector), rootEntries * 32L)];
    }

    /// <param name="start">Where it begins on the disk, in bytes.</param>
    /// <exception cref="GuestException">There is no FAT file system, or it cannot be read.</exception>
    public static FatVolume Open(IDiskView disk, long start)
    {
        Span<byte> boot = stackalloc byte[512];
        disk.Read(start, boot);
        return boot[510] == 0x55 && boot[511] == 0xAA
            ? new(disk, start, boot)
            : throw new GuestException("the boot partition has no FAT file system: its boot sector has no signature");
    }

    /// <summary>The files of a folder; none when there is no such folder.</summary>
    /// <exception cref="GuestException">It cannot be read.</exception>
    public IReadOnlyList<FatFile> List(string folder) =>
        Find(folder) is { IsFolder: true } found ? [.. Entries(found.Ranges).Where(entry => !entry.IsFolder).Select(entry => entry with { Path = $"{folder.TrimEnd('/')}/{entry.Name}" })] : [];

    /// <summary>All files below a folder, or the file itself; none when there is neither.</summary>
    /// <exception cref="GuestException">It cannot be read.</exception>
    public IReadOnlyList<FatFile> Below(string path) => Find(path) switch
    {
        null => [],
        { IsFolder: false } file => [file with { Path = path }],
        // A damaged folder may hold itself.
        _ when path.Count('/') > DeepestFolder => [],
        var folder => [.. Entries(folder.Ranges).Where(entry => entry.Name is not ("." or "..")).SelectMany(entry => Below($"{path.TrimEnd('/')}/{entry.Name}"))],
    };

    /// <summary>Stands for the content of a file and for where it lies.</summary>
    public ulong Identity(FatFile file) =>
        file.Ranges.Aggregate((ulong)file.Length, (sum, range) => SplitMix64.Mix(sum ^ SplitMix64.Mix((ulong)range.Offset + 1) ^ disk.Identity(range.Offset, range.Length)));

    /// <summary>Opens a file.</summary>
    public Stream OpenRead(FatFile file) => new FatStream(disk, file);

    private FatFile? Find(string path)
    {
        var found = new FatFile("", 0, true, fixedRoot ?? Ranges(rootCluster, null).Ranges, null);
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!found.IsFolder || Entries(found.Ranges).FirstOrDefault(entry => entry.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } next)
                return null;
            found = next;
        }

        return found;
    }

    private IEnumerable<FatFile> Entries(IReadOnlyList<(long Offset, long Length)> folder)
    {
        var names = new FatNames();
        var seen = 0;
        foreach (var (offset, length) in folder)
        {
            var bytes = new byte[length];
            disk.Read(offset, bytes);
            for (var at = 0; at + 32 <= bytes.Length; at += 32)
            {
                var entry = bytes.AsMemory(at, 32);
                if (entry.Span[0] == 0 || seen++ > MostEntries)
                    yield break;
                if (names.Take(entry.Span) is not { } name)
                    continue;
                yield return File(name, entry.Span);
            }
        }
    }

    private FatFile File(string name, ReadOnlySpan<byte> entry)
    {
        var isFolder = (entry[11] & 0x10) != 0;
        var cluster = ((uint)BinaryPrimitives.ReadUInt16LittleEndian(entry[20..]) << 16) | BinaryPrimitives.ReadUInt16LittleEndian(entry[26..]);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(entry[28..]);
        // A folder's '..' that leads to the root says cluster 0.
        var (ranges, fault) = cluster == 0 ? ([], !isFolder && length > 0 ? "it has a length and no clusters" : null) : Ranges(cluster, isFolder ? null : length);
        return new(name, isFolder ? 0 : length, isFolder, ranges, fault);
    }

    /// <param name="length">Bytes that the chain must have; <see langword="null"/>: as many as it has.</param>
    private (IReadOnlyList<(long Offset, long Length)> Ranges, string? Fault) Ranges(uint first, long? length)
    {
        var (clusters, fault) = table.Chain(first, length is { } bytes ? (bytes + clusterBytes - 1) / clusterBytes : null);
        var ranges = new List<(long Offset, long Length)>();
        foreach (var cluster in clusters)
        {
            var offset = data + ((cluster - 2L) * clusterBytes);
            if (ranges is [.., var last] && last.Offset + last.Length == offset)
                ranges[^1] = (last.Offset, last.Length + clusterBytes);
            else
                ranges.Add((offset, clusterBytes));
        }

        return (ranges, fault);
    }
}

/// <summary>A file or folder of a FAT file system.</summary>
/// <param name="Name">Long name where it has one.</param>
/// <param name="Length">Bytes; 0 for a folder.</param>
/// <param name="Ranges">Where its content lies on the disk, in whole clusters.</param>
/// <param name="Fault">Why its content is not whole; <see langword="null"/>: its clusters are there.</param>
public sealed record FatFile(string Name, long Length, bool IsFolder, IReadOnlyList<(long Offset, long Length)> Ranges, string? Fault)
{
    /// <summary>Absolute, where it was looked for by a path.</summary>
    public string Path { get; init; } = Name;
}
