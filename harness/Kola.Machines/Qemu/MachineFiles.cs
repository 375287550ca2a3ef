using System.Text;
using Kola.Machines.Host;
using Kola.Machines.Qemu.Disks;
using Kola.Machines.Qemu.Firmware;

namespace Kola.Machines.Qemu;

/// <summary>Makes the files a machine runs on, once; they live until the machine is disposed of.</summary>
internal static class MachineFiles
{
    public static async Task PrepareAsync(MachineSpec spec, MachinePaths paths, FirmwareImage? firmware, CancellationToken cancellation)
    {
        try
        {
            Directory.CreateDirectory(paths.Disks);
            await Overlay.CreateAsync(paths.BootDisk, spec.Image, spec.BootDiskBytes, cancellation);
            foreach (var (index, disk) in spec.ExtraDisks.Index())
                await Overlay.CreateEmptyAsync(paths.ExtraDisk(index), disk.SizeBytes, cancellation);
            if (firmware is not null)
                await CopyVariablesAsync(firmware.Variables, paths.Variables, cancellation);
            await WriteAttachmentsAsync(spec, paths, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"cannot make the files of machine {spec.Name}: {e.Message}; free some space, or set KOLA_STATE_DIR to a folder with room", e);
        }
    }

    public static async Task WriteAttachmentsAsync(MachineSpec spec, MachinePaths paths, CancellationToken cancellation)
    {
        foreach (var (index, attachment) in spec.Attachments.Index())
            await WriteAsync(attachment, paths.Attachment(index), cancellation);
    }

    /// <summary>Written anew, not copied as a file: the template may be read-only, and so would be its copy.</summary>
    public static async Task CopyVariablesAsync(string template, string copy, CancellationToken cancellation) =>
        await File.WriteAllBytesAsync(copy, await File.ReadAllBytesAsync(template, cancellation), cancellation);

    /// <summary>How a person starts the same machine again, and what Kola ran.</summary>
    public static async Task WriteCommandAsync(
        MachineSpec spec, MachinePaths paths, string program, IEnumerable<string> arguments, IEnumerable<string> byHand, CancellationToken cancellation)
    {
        var text = $"""
            #!/bin/sh
            # Machine {spec.Name}. Its own files are gone when Kola has ended; make them again first:
            #   mkdir -p {ShellQuote.Word(paths.Disks)}
            #   qemu-img create -f qcow2 -F {(spec.Image.Format is DiskFormat.Raw ? "raw" : "qcow2")} -b {ShellQuote.Word(spec.Image.Path)} {ShellQuote.Word(paths.BootDisk)} {spec.BootDiskBytes}
            # Kola ran it with console and monitor on sockets that it listens on:
            #   {Line(program, arguments)}
            # Console and monitor here (Ctrl-A C switches, Ctrl-A X ends):
            exec {Line(program, byHand)}

            """;
        await File.WriteAllTextAsync(paths.QemuCommand, text, cancellation);
        File.SetUnixFileMode(paths.QemuCommand, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }

    private static string Line(string program, IEnumerable<string> arguments) =>
        string.Join(' ', arguments.Prepend(program).Select(ShellQuote.Word));

    private static Task WriteAsync(QemuAttachment attachment, string path, CancellationToken cancellation) => attachment switch
    {
        QemuAttachment.FwCfg blob => File.WriteAllBytesAsync(path, blob.Content, cancellation),
        // Bytes as given: a byte order mark or a line feed would become part of the string.
        QemuAttachment.SmbiosOemString text => File.WriteAllBytesAsync(path, Encoding.UTF8.GetBytes(text.Value), cancellation),
        QemuAttachment.SeedDisk seed => SeedImage.CreateAsync(path, seed, cancellation),
        _ => throw new InvalidOperationException($"no file for {attachment.GetType().Name}"),
    };
}
