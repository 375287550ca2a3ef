using Kola.Machines.Offline;
using Kola.Machines.Qemu.Disks;

namespace Kola.Machines.Sweeps;

/// <summary>Makes a disk of a state, to look into or to boot from.</summary>
public static class StateImage
{
    /// <summary>Ranges that are so near to each other are written as one: each is a process.</summary>
    private const long Near = 1 << 20;

    private const int Chunk = 4 << 20;

    /// <summary>Makes a qcow2 overlay on the disk before the update, with what a state has else.</summary>
    /// <param name="disk">Shows the state.</param>
    /// <param name="basis">The disk before the update, qcow2; the overlay needs it where it is.</param>
    /// <param name="path">The overlay; its folder exists.</param>
    /// <exception cref="HostException">It cannot be made.</exception>
    public static async Task MakeAsync(CrashDisk disk, string basis, string path, CancellationToken cancellation)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var part = Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(path)}.part");
        try
        {
            await Overlay.CreateAsync(path, new(basis, DiskFormat.Qcow2), sizeBytes: null, cancellation);
            var target = new OfflineDisk(path, folder);
            foreach (var (offset, length) in Joined(disk.Changed()))
            {
                await CopyAsync(disk, offset, length, part, cancellation);
                await target.PutAsync(part, offset, cancellation);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"cannot make the disk of a state, {path}: {e.Message}; free some space", e);
        }
        finally
        {
            File.Delete(part);
        }
    }

    internal static IEnumerable<(long Offset, long Length)> Joined(IEnumerable<(long Offset, long Length)> ranges)
    {
        (long Offset, long End)? open = null;
        foreach (var (offset, length) in ranges)
        {
            if (open is { } near && offset - near.End <= Near)
            {
                open = (near.Offset, offset + length);
                continue;
            }

            if (open is { } done)
                yield return (done.Offset, done.End - done.Offset);
            open = (offset, offset + length);
        }

        if (open is { } last)
            yield return (last.Offset, last.End - last.Offset);
    }

    /// <summary>Copies a range of a disk to a file; chunks of zeros stay holes.</summary>
    /// <param name="file">It is made anew.</param>
    public static async Task CopyAsync(IDiskView disk, long offset, long length, string file, CancellationToken cancellation)
    {
        var buffer = new byte[Math.Min(Chunk, length)];
        await using var target = File.Create(file);
        target.SetLength(length);
        for (long done = 0; done < length;)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = (int)Math.Min(buffer.Length, length - done);
            disk.Read(offset + done, buffer.AsSpan(0, count));
            if (buffer.AsSpan(0, count).ContainsAnyExcept((byte)0))
            {
                target.Position = done;
                await target.WriteAsync(buffer.AsMemory(0, count), cancellation);
            }

            done += count;
        }
    }
}
