using System.Buffers.Binary;

namespace Kola.Machines.Offline;

/// <summary>What a partition's first bytes say of it.</summary>
/// <param name="Partition">Its number.</param>
/// <param name="Kind"><c>ext4, vfat, erofs, verity</c>, or <c>none</c> where Kola knows nothing of what is there.</param>
/// <param name="Dirt">Why it was not left in good order; <see langword="null"/> when it was, or when its kind does not tell.</param>
public sealed record FileSystemMark(int Partition, string Kind, string? Dirt)
{
    /// <summary>Bytes from a partition's start that tell all this.</summary>
    internal const int HeadLength = 4096;

    // Linux 6.12, fs/ext4/ext4.h: s_magic, s_state, s_feature_incompat of the superblock, 1024 bytes from the start.
    private const int Superblock = 1024;
    private const ushort ExtMagic = 0xEF53;
    private const ushort ExtValid = 1;
    private const ushort ExtErrors = 2;
    private const uint ExtNeedsRecovery = 4;

    // fs/erofs/erofs_fs.h: EROFS_SUPER_MAGIC_V1 at 1024.
    private const uint ErofsMagic = 0xE0F5E1E2;

    private const string Unreplayed = "needs its journal replayed";

    /// <summary>Whether the next mount replays a journal before anything else.</summary>
    public bool NeedsReplay => Dirt == Unreplayed;

    internal static FileSystemMark Of(int partition, ReadOnlySpan<byte> head)
    {
        var super = head[Superblock..];
        if (BinaryPrimitives.ReadUInt16LittleEndian(super[0x38..]) == ExtMagic)
            return new(partition, "ext4", ExtDirt(BinaryPrimitives.ReadUInt16LittleEndian(super[0x3A..]), BinaryPrimitives.ReadUInt32LittleEndian(super[0x60..])));
        if (BinaryPrimitives.ReadUInt32LittleEndian(super) == ErofsMagic)
            return new(partition, "erofs", null);
        // cryptsetup, docs/on-disk-format of dm-verity: the signature at the start.
        if (head.StartsWith("verity\0\0"u8))
            return new(partition, "verity", null);
        // include/uapi/linux/msdos_fs.h: the name of the kind and the state, whose lowest bit Linux sets while it is mounted.
        if (head[0x52..].StartsWith("FAT32   "u8))
            return new(partition, "vfat", FatDirt(head[0x41]));
        return head[0x36..].StartsWith("FAT1"u8) ? new(partition, "vfat", FatDirt(head[0x25])) : new(partition, "none", null);
    }

    /// <summary>Of a file system that was taken out of a disk.</summary>
    /// <param name="image">The file system, from its first byte.</param>
    internal static async Task<FileSystemMark> OfAsync(int partition, string image, CancellationToken cancellation)
    {
        var head = new byte[HeadLength];
        await using var file = File.OpenRead(image);
        await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellation);
        return Of(partition, head);
    }

    public override string ToString() => $"partition {Partition} ({Kind}) {Dirt ?? "clean"}";

    private static string? ExtDirt(ushort state, uint incompatible) =>
        (state & ExtErrors) != 0 ? "has errors"
        : (incompatible & ExtNeedsRecovery) != 0 ? Unreplayed
        : (state & ExtValid) == 0 ? "was not unmounted"
        : null;

    private static string? FatDirt(byte state) => (state & 1) != 0 ? "was not unmounted" : null;
}
