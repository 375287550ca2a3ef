using System.Globalization;
using Kola.Machines.Qemu.Disks;

namespace Kola.Machines.Qemu;

/// <summary>What provisioning attaches, handed over by file: length and commas do not matter then.</summary>
internal static class AttachmentArguments
{
    /// <param name="files">The file of each attachment, in the same order.</param>
    public static IEnumerable<string> For(IReadOnlyList<QemuAttachment> attachments, IReadOnlyList<string> files) =>
        attachments.Zip(files).SelectMany((pair, index) => pair.First switch
        {
            QemuAttachment.FwCfg blob => ["-fw_cfg", $"name={QemuOption.Value(blob.Name)},file={QemuOption.Value(pair.Second)}"],
            QemuAttachment.SmbiosOemString => ["-smbios", $"type=11,path={QemuOption.Value(pair.Second)}"],
            QemuAttachment.SeedDisk => DiskArguments.Seed(string.Create(CultureInfo.InvariantCulture, $"seed{index}"), pair.Second),
            _ => throw new InvalidOperationException($"no device for {pair.First.GetType().Name}"),
        });
}
