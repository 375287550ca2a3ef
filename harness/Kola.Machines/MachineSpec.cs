using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Kola.Machines.Qemu.Serial;

namespace Kola.Machines;

/// <summary>What a machine is: its shape, image and attachments. Immutable and serialisable; it starts nothing.</summary>
public sealed record MachineSpec
{
    /// <summary>The machine's name within its scenario: letters, digits and dashes.</summary>
    public required string Name { get; init; }

    /// <summary>The image to boot. It is never written: the machine runs on an overlay.</summary>
    public required DiskImage Image { get; init; }

    /// <summary>Number of virtual CPUs.</summary>
    public int Cpus { get; init; } = 2;

    /// <summary>Memory in bytes.</summary>
    public long MemoryBytes { get; init; } = 1L << 30;

    public FirmwareKind Firmware { get; init; } = FirmwareKind.Uefi;

    /// <summary>Whether the machine has a TPM 2.0 (swtpm).</summary>
    public bool Tpm { get; init; }

    /// <summary>The bus of the boot disk.</summary>
    public DiskBus BootBus { get; init; } = DiskBus.VirtioBlk;

    /// <summary>Size in bytes the boot disk is grown to; <see langword="null"/> keeps the image's own size.</summary>
    public long? BootDiskBytes { get; init; }

    /// <summary>Further, empty disks.</summary>
    public IReadOnlyList<ExtraDisk> ExtraDisks { get; init; } = [];

    public NetworkSpec Network { get; init; } = new();

    /// <summary>Whether the machine has a display adapter, so that a screenshot can be taken.</summary>
    public bool Graphics { get; init; }

    /// <summary>Whether there is a port that the guest may stream its journal to.</summary>
    public bool JournalPort { get; init; }

    /// <summary>What provisioning hands to the machine. QEMU never learns what it means.</summary>
    public IReadOnlyList<QemuAttachment> Attachments { get; init; } = [];

    /// <summary>Fatal console lines that only this guest's makers know, beside <see cref="ConsolePatterns.Fatal"/>. Tried first.</summary>
    [JsonIgnore]
    public IReadOnlyList<ConsolePattern> FatalPatterns { get; init; } = [];
}

/// <summary>A disk image file on the host.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="Format">As QEMU names it.</param>
/// <param name="SectorBytes">Bytes a sector of the disk that the guest sees: 512 or 4096.</param>
public sealed record DiskImage(string Path, DiskFormat Format, int SectorBytes = 512);

public enum DiskFormat { Raw, Qcow2 }

public enum FirmwareKind { Uefi, UefiSecureBoot, Bios }

public enum DiskBus { VirtioBlk, Nvme, Scsi }

/// <summary>An empty disk besides the boot disk.</summary>
/// <param name="Name">Serial number in the guest (<c>/dev/disk/by-id/virtio-NAME</c> on virtio-blk): at most 20 characters.</param>
/// <param name="SizeBytes">Size in bytes.</param>
public sealed record ExtraDisk(string Name, long SizeBytes, DiskBus Bus = DiskBus.VirtioBlk);

/// <summary>The machine's networks.</summary>
public sealed record NetworkSpec
{
    /// <summary>Whether the guest may reach the Internet. Off: it reaches only what is served to it.</summary>
    public bool Internet { get; init; }

    /// <summary>The guest's SSH port.</summary>
    public int SshPort { get; init; } = 22;

    /// <summary>What the guest can reach: connections to the guest-side address are relayed to the host-side one.</summary>
    public IReadOnlyList<ServedAddress> Served { get; init; } = [];

    /// <summary>Number of extra NICs (each on its own isolated user network).</summary>
    public int ExtraNics { get; init; }

    /// <summary>NICs on networks that machines share; they count on from the extra ones.</summary>
    public IReadOnlyList<LabNic> Lab { get; init; } = [];

    /// <summary>The hardware address of a network card: the same for the same machine in every run, different for the machines of a scenario.</summary>
    /// <param name="machine">The machine's name.</param>
    /// <param name="nic">From 0.</param>
    public static string HardwareAddress(string machine, int nic)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(machine));
        // 52:54:00 is QEMU's.
        return string.Create(CultureInfo.InvariantCulture, $"52:54:00:{digest[0]:x2}:{digest[1]:x2}:{(byte)(digest[2] + nic):x2}");
    }
}

/// <summary>A network card on a lab network, see <see cref="Qemu.Networks.Lab.LabSwitch"/>.</summary>
/// <param name="Network">Name of the network.</param>
/// <param name="Socket">The port's socket, which QEMU connects to: <see cref="Qemu.Networks.Lab.LabPort.Socket"/>.</param>
public sealed record LabNic(string Network, string Socket);

/// <summary>One relayed address: what the guest connects to, and the loopback port on the host that answers.</summary>
/// <param name="GuestAddress">An IPv4 address of the guest's user network, 10.0.2.0/24 (not .2, .3 or .15).</param>
public sealed record ServedAddress(string GuestAddress, int GuestPort, int HostPort);

/// <summary>What provisioning attaches to a machine.</summary>
public abstract record QemuAttachment
{
    private QemuAttachment() { }

    /// <summary>A firmware configuration blob (<c>-fw_cfg name=…,file=…</c>).</summary>
    public sealed record FwCfg(string Name, byte[] Content) : QemuAttachment;

    /// <summary>An OEM string (<c>-smbios type=11,value=…</c>), handed over by file so that length and commas do not matter.</summary>
    public sealed record SmbiosOemString(string Value) : QemuAttachment;

    /// <summary>A small read-only disk made from files (a cloud-init seed).</summary>
    /// <param name="VolumeLabel">ISO 9660 volume label, such as <c>cidata</c>.</param>
    /// <param name="Files">Content by file name.</param>
    public sealed record SeedDisk(string VolumeLabel, IReadOnlyDictionary<string, byte[]> Files) : QemuAttachment;
}
