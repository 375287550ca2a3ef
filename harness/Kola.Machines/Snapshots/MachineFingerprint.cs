using System.Globalization;
using System.Text;
using Kola.Machines.Files;
using Kola.Machines.Host;
using Kola.Machines.Qemu;
using Kola.Machines.Qemu.Tpm;

namespace Kola.Machines.Snapshots;

/// <summary>Everything a saved machine depends on, as text: two machines with the same text can go on from the same snapshot.</summary>
/// <remarks>
/// The command line is the real one, with names in place of this run's own paths. What it names by path counts by content: image,
/// firmware, attachments, and QEMU itself. Under KVM the host's processor counts, as the guest was shown it.
/// </remarks>
public sealed class MachineFingerprint
{
    private const string Placeholder = "/-";
    private readonly MachineEnvironment environment;
    private readonly DigestMemory digests;

    /// <param name="digestFolder">Where digests of files are remembered; may be deleted at any time.</param>
    public MachineFingerprint(MachineEnvironment environment, string digestFolder)
    {
        this.environment = environment;
        digests = new(digestFolder);
    }

    /// <param name="spec">With attachments that are the same in each run: a random key in them would make every machine another.</param>
    /// <param name="imageSha256">The digest of <see cref="MachineSpec.Image"/>, lower-case hex.</param>
    /// <exception cref="HostException">A file that counts cannot be read.</exception>
    public async Task<string> OfAsync(MachineSpec spec, string imageSha256, CancellationToken cancellation)
    {
        var text = new StringBuilder();
        void Add(string name, string? value) => text.Append(CultureInfo.InvariantCulture, $"{name}: {value}\n");
        // The host's ports and sockets are other ones in each run; the guest never sees them.
        var same = spec with
        {
            Network = spec.Network with
            {
                Served = [.. spec.Network.Served.Select(served => served with { HostPort = 0 })],
                Lab = [.. spec.Network.Lab.Select(lab => lab with { Socket = Placeholder })],
            },
        };
        var firmware = environment.Firmware.For(spec.Firmware);
        var paths = new MachinePaths(Placeholder, Placeholder, Placeholder);
        Add("format", $"{SnapshotManifest.CurrentFormat}");
        Add("machine", spec.Name);
        Add("image", $"{imageSha256} {spec.Image.Format} {spec.BootDiskBytes}");
        Add("disks", string.Join(' ', spec.ExtraDisks));
        Add("qemu", $"{environment.Qemu.Version} {await DigestAsync(environment.Qemu.Path, cancellation)}");
        if (firmware is not null)
            Add("firmware", $"{await DigestAsync(firmware.Code, cancellation)} {await DigestAsync(firmware.Variables, cancellation)}");
        // Its state is handed from one swtpm to another.
        if (spec.Tpm)
            Add("tpm", await DigestAsync(SoftwareTpm.Program(), cancellation));
        if (environment.Accelerator.Kind is AcceleratorKind.Kvm)
            Add("processor", FileDigest.Sha256OfText(Processor(await File.ReadAllLinesAsync("/proc/cpuinfo", cancellation))));
        foreach (var argument in QemuCommandLine.Build(same, environment.Qemu, environment.Accelerator, firmware, paths, "socat", new(paths.Memory, Shared: true)))
            Add("argument", argument);
        foreach (var attachment in spec.Attachments)
            Add("attachment", Digest(attachment));
        return text.ToString();
    }

    /// <summary>One digest over texts, lower-case hex.</summary>
    public static string Combine(params IEnumerable<string> texts) =>
        FileDigest.Sha256OfText(string.Join('\0', texts));

    private Task<string> DigestAsync(string path, CancellationToken cancellation) => digests.Sha256Async(path, again: false, cancellation);

    /// <summary>Model and features of the first processor; its speed changes from moment to moment.</summary>
    private static string Processor(IEnumerable<string> lines) =>
        string.Join('\n', lines.TakeWhile(line => line.Length > 0).Where(line => line.StartsWith("model", StringComparison.Ordinal) || line.StartsWith("flags", StringComparison.Ordinal) || line.StartsWith("microcode", StringComparison.Ordinal)));

    private static string Digest(QemuAttachment attachment) => attachment switch
    {
        QemuAttachment.FwCfg blob => $"{blob.Name} {FileDigest.Sha256OfBytes(blob.Content)}",
        QemuAttachment.SmbiosOemString oem => FileDigest.Sha256OfText(oem.Value),
        QemuAttachment.SeedDisk seed => $"{seed.VolumeLabel} {string.Join(' ', seed.Files.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => $"{file.Key}={FileDigest.Sha256OfBytes(file.Value)}"))}",
        _ => throw new InvalidOperationException($"no digest for {attachment.GetType().Name}"),
    };
}
