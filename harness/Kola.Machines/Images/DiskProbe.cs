using System.Buffers.Binary;
using CliWrap;
using CliWrap.Buffered;
using Kola.Machines.Images.Downloads;

namespace Kola.Machines.Images;

/// <summary>What a disk image file is.</summary>
/// <param name="VirtualSize">In bytes, as the guest sees it.</param>
internal sealed record DiskShape(DiskFormat Format, long VirtualSize);

/// <summary>Tells a disk image's format and size, and refuses what cannot be booted: other formats, compressed files, files cut short.</summary>
internal static class DiskProbe
{
    private const int Sector = 512;

    /// <exception cref="HostException">The file is missing, unreadable, no disk image, or cut short.</exception>
    public static async Task<DiskShape> ProbeAsync(string path, CancellationToken cancellation)
    {
        var (head, length) = await ReadHeadAsync(path, cancellation);
        if (length == 0)
            throw new HostException($"{path} is empty; expected a disk image, raw or qcow2");
        if (Compression.Of(head) is { } compression)
            throw new HostException($"{path} is compressed; decompress it first: {compression.Tool} --decompress --keep {path}");
        if (head.AsSpan().StartsWith((ReadOnlySpan<byte>)[(byte)'Q', (byte)'F', (byte)'I', 0xfb]))
            return await Qcow2Async(path, head, cancellation);
        return Foreign(head) is { } format
            ? throw new HostException($"{path} is a {format} image; convert it first: qemu-img convert -O qcow2 {path} image.qcow2")
            : Raw(path, head, length);
    }

    private static async Task<(byte[] Head, long Length)> ReadHeadAsync(string path, CancellationToken cancellation)
    {
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var head = new byte[4096];
            var got = await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellation);
            return (head[..got], file.Length);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"the image {path} cannot be read: {failure.Message}; check the path and its permissions", failure);
        }
    }

    /// <summary>The header (docs/interop/qcow2.rst of QEMU) gives the size; <c>qemu-img check</c> knows whether every cluster is there.</summary>
    private static async Task<DiskShape> Qcow2Async(string path, byte[] head, CancellationToken cancellation)
    {
        if (head.Length < 104)
            throw new HostException($"{path} is cut short: a qcow2 header has 104 bytes, the file has {head.Length}; get it again");
        if (BinaryPrimitives.ReadUInt64BigEndian(head.AsSpan(8)) != 0)
            throw new HostException($"{path} is an overlay on another image; make it whole first: qemu-img convert -O qcow2 {path} image.qcow2");
        var size = BinaryPrimitives.ReadInt64BigEndian(head.AsSpan(24));
        BufferedCommandResult check;
        try
        {
            check = await Cli.Wrap("qemu-img").WithArguments(["check", "-q", "-f", "qcow2", path])
                .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellation);
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            throw new HostException("qemu-img is not installed; install the package qemu-utils (Debian, Ubuntu), qemu-img (Fedora, Arch)", failure);
        }
        // 3 is leaked clusters: wasted space, nothing missing.
        if (check.ExitCode is not (0 or 3))
        {
            var said = (check.StandardError + check.StandardOutput).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            throw new HostException($"{path} is damaged or cut short ({said.FirstOrDefault() ?? $"qemu-img check ended with {check.ExitCode}"}); get it again");
        }
        return new(DiskFormat.Qcow2, size);
    }

    /// <summary>A raw image says its length only where it has a GPT: the header names the last sector (UEFI 2.10, 5.3.2).</summary>
    private static DiskShape Raw(string path, byte[] head, long length)
    {
        if (length % Sector != 0)
            throw new HostException($"{path} is no disk image or is cut short: its {length} bytes are no whole number of {Sector}-byte sectors; get it again");
        if (head.Length >= 2 * Sector && head.AsSpan(Sector).StartsWith("EFI PART"u8))
        {
            var whole = (BinaryPrimitives.ReadInt64LittleEndian(head.AsSpan(Sector + 32)) + 1) * Sector;
            if (length < whole)
                throw new HostException($"{path} is cut short: its partition table spans {whole} bytes, the file has {length}; get it again");
        }
        return new(DiskFormat.Raw, length);
    }

    private static string? Foreign(ReadOnlySpan<byte> head) =>
        head.StartsWith("KDMV"u8) || head.StartsWith("# Disk DescriptorFile"u8) ? "VMDK"
        : head.StartsWith("vhdxfile"u8) ? "VHDX"
        : head.StartsWith("conectix"u8) ? "VHD"
        : head.StartsWith("<<< "u8) ? "VDI"
        : null;
}
