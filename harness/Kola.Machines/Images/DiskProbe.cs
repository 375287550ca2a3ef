using System.Buffers.Binary;
using CliWrap;
using CliWrap.Buffered;
using Kola.Machines.Images.Downloads;

namespace Kola.Machines.Images;

/// <summary>What a disk image file is.</summary>
/// <param name="VirtualSize">In bytes, as the guest sees it.</param>
/// <param name="SectorBytes">Bytes a sector: 4096 where its partition table is written for such disks, else 512.</param>
internal sealed record DiskShape(DiskFormat Format, long VirtualSize, int SectorBytes = DiskProbe.Sector);

/// <summary>Tells a disk image's format, size and sectors, and refuses what cannot be booted or is not the whole disk: other formats, archives, compressed and encrypted files, overlays, files cut short.</summary>
internal static class DiskProbe
{
    public const int Sector = 512;

    /// <summary>Disks "4Kn": a GPT counts in these, and is found at the second of them.</summary>
    private const int LargeSector = 4096;

    /// <summary>Up to and with the GPT header of a disk of large sectors.</summary>
    private const int HeadLength = LargeSector + Sector;

    /// <exception cref="HostException">The file is missing, unreadable, no disk image, or cut short.</exception>
    public static async Task<DiskShape> ProbeAsync(string path, CancellationToken cancellation)
    {
        var (head, tail, length) = await ReadEndsAsync(path, cancellation);
        if (length == 0)
            throw new HostException($"{path} is empty; expected a disk image, raw or qcow2");
        if (Compression.Of(head) is { } compression)
            throw new HostException($"{path} is compressed; decompress it first: {compression.Tool} --decompress --keep {path}");
        if (Qcow2Header.IsOne(head))
            return await Qcow2Async(path, head, cancellation);
        return ForeignFormat.Of(head, tail) is { } format ? throw new HostException(format.Refuse(path)) : Raw(path, head, length);
    }

    private static async Task<(byte[] Head, byte[] Tail, long Length)> ReadEndsAsync(string path, CancellationToken cancellation)
    {
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var head = new byte[HeadLength];
            var got = await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellation);
            var tail = new byte[Math.Min(Sector, file.Length)];
            file.Position = file.Length - tail.Length;
            await file.ReadExactlyAsync(tail, cancellation);
            return (head[..got], tail, file.Length);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"the image {path} cannot be read: {failure.Message}; check the path and its permissions", failure);
        }
    }

    /// <summary>The header gives the size; <c>qemu-img check</c> knows whether every cluster is there.</summary>
    private static async Task<DiskShape> Qcow2Async(string path, byte[] head, CancellationToken cancellation)
    {
        var size = Qcow2Header.Check(path, head);
        var check = await RunAsync("qemu-img", ["check", "-q", "-f", "qcow2", path], cancellation);
        // 3 is leaked clusters: wasted space, nothing missing.
        if (check.ExitCode is not (0 or 3))
        {
            var said = (check.StandardError + check.StandardOutput).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            throw new HostException($"{path} is damaged or cut short ({said.FirstOrDefault() ?? $"qemu-img check ended with {check.ExitCode}"}); get it again");
        }

        return new(DiskFormat.Qcow2, size, await SectorsOfQcow2Async(path, size, cancellation));
    }

    /// <summary>What the guest would read where a GPT of large sectors is: qemu-io looks through the clusters.</summary>
    private static async Task<int> SectorsOfQcow2Async(string path, long size, CancellationToken cancellation)
    {
        if (size < 2 * LargeSector)
            return Sector;
        var table = await RunAsync("qemu-io", ["--read-only", "-f", "qcow2", "-c", $"read -v {Sector} 8", "-c", $"read -v {LargeSector} 8", path], cancellation);
        // Lines of qemu-io's dump: the offset in hexadecimal, then the bytes of the signature "EFI PART".
        return table.StandardOutput.Contains($"{LargeSector:x8}:  45 46 49 20 50 41 52 54", StringComparison.Ordinal)
            && !table.StandardOutput.Contains($"{Sector:x8}:  45 46 49 20 50 41 52 54", StringComparison.Ordinal) ? LargeSector : Sector;
    }

    private static async Task<BufferedCommandResult> RunAsync(string tool, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        try
        {
            return await Cli.Wrap(tool).WithArguments(arguments).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellation);
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            throw new HostException($"{tool} is not installed; install the package qemu-utils (Debian, Ubuntu), qemu-img (Fedora, Arch)", failure);
        }
    }

    /// <summary>A raw image says its length only where it has a GPT: the header names the last sector (UEFI 2.10, 5.3.2).</summary>
    private static DiskShape Raw(string path, byte[] head, long length)
    {
        if (length % Sector != 0)
            throw new HostException($"{path} is not a disk image or is cut short: its {length} bytes are no whole number of {Sector}-byte sectors; get it again");
        var sector = HasTable(head, Sector) || !HasTable(head, LargeSector) ? Sector : LargeSector;
        if (HasTable(head, sector))
        {
            var whole = (BinaryPrimitives.ReadInt64LittleEndian(head.AsSpan(sector + 32)) + 1) * sector;
            if (length < whole)
                throw new HostException($"{path} is cut short: its partition table spans {whole} bytes, the file has {length}; get it again");
        }

        return new(DiskFormat.Raw, length, sector);
    }

    private static bool HasTable(byte[] head, int sector) => head.Length >= sector + 40 && head.AsSpan(sector).StartsWith("EFI PART"u8);
}
