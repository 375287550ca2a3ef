namespace Kola.Machines.Images;

/// <summary>Formats of disk images and archives that Kola does not boot, by their first or last bytes.</summary>
/// <param name="Name">As people call it.</param>
/// <param name="Remedy">A command that makes it usable, where <c>{0}</c> stands for the path.</param>
internal sealed record ForeignFormat(string Name, string Remedy)
{
    private const string Convert = "qemu-img convert {0}-O qcow2 {1} image.qcow2";

    /// <param name="head">The first 512 bytes or more.</param>
    /// <param name="tail">The last 512 bytes: a fixed VHD is a raw disk with a footer.</param>
    public static ForeignFormat? Of(ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail) =>
        head.StartsWith("KDMV"u8) || head.StartsWith("COWD"u8) || head.StartsWith("# Disk DescriptorFile"u8) ? Disk("VMDK", "vmdk")
        : head.StartsWith("vhdxfile"u8) ? Disk("VHDX", "vhdx")
        : head.StartsWith("conectix"u8) || tail.StartsWith("conectix"u8) ? Disk("VHD", "vpc")
        : head.StartsWith("<<< "u8) ? Disk("VDI", "vdi")
        : head.StartsWith("QED\0"u8) ? Disk("QED", "qed")
        : IsLuks(head) ? new("LUKS container", "decrypt it first, such as with cryptsetup open {0}")
        : head.Length > 262 && head[257..].StartsWith("ustar"u8) ? new("tar archive", "unpack it first: tar -xf {0}, then name the disk image that was in it (of an OVA: qemu-img convert -f vmdk -O qcow2 DISK.vmdk image.qcow2)")
        : head.StartsWith("PK\x03\x04"u8) ? new("zip archive", "unpack it first: unzip {0}, then name the disk image that was in it")
        : null;

    /// <summary>The message for a file.</summary>
    public string Refuse(string path) => $"{path} is a {Name}{(Remedy.StartsWith("qemu-img", StringComparison.Ordinal) ? " image; convert it first" : "; expected a disk image, raw or qcow2")}: {Remedy.Replace("{0}", path, StringComparison.Ordinal)}";

    private static bool IsLuks(ReadOnlySpan<byte> head) => head.Length > 6 && head[..4].SequenceEqual("LUKS"u8) && head[4] == 0xba && head[5] == 0xbe;

    private static ForeignFormat Disk(string name, string driver) =>
        new(name, Convert.Replace("{0}", $"-f {driver} ", StringComparison.Ordinal).Replace("{1}", "{0}", StringComparison.Ordinal));
}
