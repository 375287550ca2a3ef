using System.Security.Cryptography;
using Kola.Machines.Offline;
using Kola.Machines.Sweeps.Fat;

namespace Kola.Machines.Sweeps;

/// <summary>One state of the disk, as far as a forecast reads it.</summary>
public sealed class DiskReading
{
    private readonly CrashDisk disk;
    private readonly ReadingMemory memory;

    /// <exception cref="GuestException">It has no partition table, or no boot partition with a file system.</exception>
    internal DiskReading(CrashDisk disk, ReadingMemory memory)
    {
        this.disk = disk;
        this.memory = memory;
        Table = GuidTable.Read(disk);
        var used = Table.Used ?? throw new GuestException($"there is no valid partition table: {string.Join("; ", Table.Faults)}");
        BootPartition = used.Partitions.FirstOrDefault(partition => partition.Type == PartitionTypes.EfiSystem && partition.Offset >= 0 && partition.Offset < disk.Length)
            ?? throw new GuestException("there is no EFI system partition");
        BootFiles = FatVolume.Open(disk, BootPartition.Offset);
    }

    public GuidTable Table { get; }

    /// <summary>The EFI system partition.</summary>
    public Partition BootPartition { get; }

    public FatVolume BootFiles { get; }

    /// <summary>The SHA-256 of a file, lower-case hexadecimal; <see langword="null"/> where its clusters are not whole.</summary>
    public string? Sha256(FatFile file) => file.Fault is null ? Once(file, "sha256", stream => Convert.ToHexStringLower(SHA256.HashData(stream))) : null;

    /// <summary>Reads a file once for all states in which it is the same.</summary>
    /// <param name="what">What is read of it.</param>
    /// <param name="read">Closes the stream, or leaves it.</param>
    public T Once<T>(FatFile file, string what, Func<Stream, T> read)
        where T : class
    {
        var key = (BootFiles.Identity(file), what);
        if (memory.Read.TryGetValue(key, out var known))
            return (T)known;
        using var stream = BootFiles.OpenRead(file);
        var value = read(stream);
        memory.Read[key] = value;
        return value;
    }

    /// <summary>Why a system is not what it was when it was known to be whole; <see langword="null"/>: it is the same, block for block.</summary>
    public string? DamageOf(KnownSystem system)
    {
        if (system.InUse)
            return null;
        var data = disk.Differing(system.Data);
        var hashes = system.Hashes is { } known ? disk.Differing(known) : 0;
        return (data, hashes) switch
        {
            (0, 0) => null,
            (_, 0) => $"{data} blocks of slot {system.Slot} are not those of release {system.Release}",
            (0, _) => $"{hashes} blocks of the hashes of slot {system.Slot} are not those of release {system.Release}",
            _ => $"{data} blocks of slot {system.Slot} and {hashes} of its hashes are not those of release {system.Release}",
        };
    }
}

/// <summary>What was read of files, for all states of a sweep.</summary>
internal sealed class ReadingMemory
{
    public Dictionary<(ulong Identity, string What), object> Read { get; } = [];
}
