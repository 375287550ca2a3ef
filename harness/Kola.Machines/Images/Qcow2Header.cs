using System.Buffers.Binary;

namespace Kola.Machines.Images;

/// <summary>A qcow2 file's header (docs/interop/qcow2.rst of QEMU): its size, and what of the disk is not in the file.</summary>
internal static class Qcow2Header
{
    /// <summary>In bytes, up to and with the incompatible features of version 3.</summary>
    private const int Length = 80;
    private const ulong Corrupt = 1 << 1;
    private const ulong ExternalData = 1 << 2;

    public static bool IsOne(ReadOnlySpan<byte> head) => head.StartsWith((ReadOnlySpan<byte>)[(byte)'Q', (byte)'F', (byte)'I', 0xfb]);

    /// <summary>The size in bytes that the guest sees.</summary>
    /// <exception cref="HostException">It is cut short, of an old format, damaged, or not the whole disk.</exception>
    public static long Check(string path, ReadOnlySpan<byte> head)
    {
        if (head.Length < Length)
            throw new HostException($"{path} is cut short: a qcow2 header has {Length} bytes or more, the file has {head.Length}; get it again");
        var version = BinaryPrimitives.ReadUInt32BigEndian(head[4..]);
        if (version is not (2 or 3))
            throw new HostException($"{path} is a qcow image of version {version}, expected 2 or 3; convert it: qemu-img convert -O qcow2 {path} image.qcow2");
        var features = version == 2 ? 0 : BinaryPrimitives.ReadUInt64BigEndian(head[72..]);
        // What is not in the file itself is not covered by its digest either.
        if (BinaryPrimitives.ReadUInt64BigEndian(head[8..]) != 0)
            throw new HostException($"{path} is an overlay on another image; make it whole first: qemu-img convert -O qcow2 {path} image.qcow2");
        if ((features & ExternalData) != 0)
            throw new HostException($"{path} keeps its data in another file, which the image's digest would not cover; make it whole first: qemu-img convert -O qcow2 {path} image.qcow2");
        if (BinaryPrimitives.ReadUInt32BigEndian(head[32..]) is not 0 and var method)
            throw new HostException($"{path} is encrypted ({(method == 1 ? "AES" : method == 2 ? "LUKS" : $"method {method}")}), and Kola has no key; decrypt it first: qemu-img convert --object secret,id=key,file=KEYFILE --image-opts driver=qcow2,file.filename={path},encrypt.key-secret=key -O qcow2 image.qcow2");
        if (BinaryPrimitives.ReadUInt32BigEndian(head[60..]) is not 0 and var snapshots)
            throw new HostException($"{path} holds {snapshots} internal snapshot{(snapshots == 1 ? "" : "s")}, and it would not be clear which state is meant; keep the current one: qemu-img convert -O qcow2 {path} image.qcow2");
        if ((features & Corrupt) != 0)
            throw new HostException($"{path} is marked as corrupt; get it again, or repair it: qemu-img check -r all {path}");
        return BinaryPrimitives.ReadInt64BigEndian(head[24..]);
    }
}
