using System.Globalization;
using Kola.Machines.Qemu.Disks;

namespace Kola.Machines.Qemu;

/// <summary>What provisioning attaches, handed over by file where QEMU can: length and commas do not matter then.</summary>
internal static class AttachmentArguments
{
    /// <summary>In characters: one argument of a program has at most 128 KiB (execve(2), MAX_ARG_STRLEN).</summary>
    private const int LongestArgument = 100_000;

    /// <param name="files">The file of each attachment, in the same order.</param>
    public static IEnumerable<string> For(IReadOnlyList<QemuAttachment> attachments, IReadOnlyList<string> files, QemuInstallation qemu) =>
        attachments.Zip(files).SelectMany((pair, index) => pair.First switch
        {
            QemuAttachment.FwCfg blob => ["-fw_cfg", $"name={QemuOption.Value(blob.Name)},file={QemuOption.Value(pair.Second)}"],
            QemuAttachment.SmbiosOemString text when qemu.LosesOemFiles && text.Value.Length < LongestArgument => ["-smbios", $"type=11,value={QemuOption.Value(text.Value)}"],
            QemuAttachment.SmbiosOemString => ["-smbios", $"type=11,path={QemuOption.Value(pair.Second)}"],
            QemuAttachment.SeedDisk => DiskArguments.Seed(string.Create(CultureInfo.InvariantCulture, $"seed{index}"), pair.Second),
            _ => throw new InvalidOperationException($"no device for {pair.First.GetType().Name}"),
        });
}
