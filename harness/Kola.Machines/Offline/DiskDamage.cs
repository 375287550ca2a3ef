namespace Kola.Machines.Offline;

/// <summary>Breaks what is installed on the disk of a machine that is off. Each returns what it did, for people.</summary>
/// <remarks>Bytes are inverted, not overwritten: so that the content always changes.</remarks>
public static class DiskDamage
{
    /// <summary>Inverts bytes of a partition.</summary>
    /// <param name="at">Bytes from the partition's start, whole sectors of 512.</param>
    /// <param name="length">Bytes, whole sectors of 512.</param>
    /// <exception cref="InputException">That is beyond its end, or no whole sectors.</exception>
    public static async Task<string> InvertAsync(OfflineDisk disk, Partition partition, long at, long length, CancellationToken cancellation)
    {
        if (at % 512 != 0 || length % 512 != 0 || length is 0 or > int.MaxValue || at > partition.Length - length)
            throw new InputException($"bytes {at} to {at + length} are not whole sectors of partition {partition.Number} ({partition.Label}), which has {partition.Length} bytes; give multiples of 512 within it, at most 2 GiB");
        var range = await disk.TakeAsync(partition.Offset + at, length, cancellation);
        try
        {
            await InvertAsync(range, (int)length, cancellation);
            await disk.PutAsync(range, partition.Offset + at, cancellation);
        }
        finally
        {
            File.Delete(range);
        }

        return $"inverted {length} bytes at {at} of partition {partition.Number} ({partition.Label})";
    }

    /// <summary>Overwrites a partition with zeros.</summary>
    public static async Task<string> ZeroAsync(OfflineDisk disk, Partition partition, CancellationToken cancellation)
    {
        await disk.FillAsync(partition.Offset, partition.Length, 0, cancellation);
        return $"zeroed partition {partition.Number} ({partition.Label})";
    }

    /// <summary>Cuts a boot entry's file off at half its length, like a copy that ended too early.</summary>
    public static Task<string> TruncateAsync(OfflineDisk disk, BootEntry entry, CancellationToken cancellation) =>
        disk.ChangeFilesAsync(entry.Partition, async (files, scratch) =>
        {
            await files.ReadAsync(entry.Path, scratch, cancellation);
            var whole = new FileInfo(scratch).Length;
            await using (var file = File.OpenWrite(scratch))
                file.SetLength(whole / 2);
            await files.WriteAsync(entry.Path, scratch, cancellation);
            return $"cut {entry.Path} off at {whole / 2} of {whole} bytes";
        }, cancellation);

    /// <summary>Inverts the first 4 KiB of a boot entry's file: it is not a program any more.</summary>
    public static Task<string> CorruptAsync(OfflineDisk disk, BootEntry entry, CancellationToken cancellation) =>
        disk.ChangeFilesAsync(entry.Partition, async (files, scratch) =>
        {
            const int length = 4096;
            await files.ReadAsync(entry.Path, scratch, cancellation);
            await InvertAsync(scratch, length, cancellation);
            await files.WriteAsync(entry.Path, scratch, cancellation);
            return $"inverted the first {length} bytes of {entry.Path}";
        }, cancellation);

    /// <summary>Deletes a boot entry.</summary>
    public static Task<string> RemoveAsync(OfflineDisk disk, BootEntry entry, CancellationToken cancellation) =>
        disk.ChangeFilesAsync(entry.Partition, async (files, _) =>
        {
            await files.DeleteAsync(entry.Path, cancellation);
            return $"deleted {entry.Path}";
        }, cancellation);

    /// <summary>Makes a boot loader say that it is a much older version.</summary>
    public static Task<string> AgeAsync(OfflineDisk disk, InstalledLoader loader, CancellationToken cancellation) =>
        disk.ChangeFilesAsync(loader.Partition, async (files, scratch) =>
        {
            await files.ReadAsync(loader.Path, scratch, cancellation);
            var program = await File.ReadAllBytesAsync(scratch, cancellation);
            var old = InstalledLoader.Age(program);
            await File.WriteAllBytesAsync(scratch, program, cancellation);
            await files.WriteAsync(loader.Path, scratch, cancellation);
            return $"{loader.Path} says {old} instead of {loader.Version}";
        }, cancellation);

    private static async Task InvertAsync(string path, int length, CancellationToken cancellation)
    {
        await using var file = File.Open(path, FileMode.Open, FileAccess.ReadWrite);
        var bytes = new byte[Math.Min(length, file.Length)];
        await file.ReadExactlyAsync(bytes, cancellation);
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)~bytes[i];
        file.Position = 0;
        await file.WriteAsync(bytes, cancellation);
    }
}
