using Kola.Machines;
using Kola.Machines.Guests;
using Kola.Machines.Offline;
using Kola.Machines.Qemu.Disks;
using Kola.Machines.Sweeps;
using Kola.Tests.Machines.Offline;

namespace Kola.Tests.Machines.Sweeps;

/// <summary>An update of a <see cref="SampleDisk"/> from release 1 to 2, made by the real tools step by step; the log of its writes is what each step changed.</summary>
internal sealed class SampleUpdate
{
    public const string HashB = "bbbbbbbbbbbb4bbb8bbbbbbbbbbbbbbbcccccccccccc4ccc8ccccccccccccccc";
    private const string Temporary = "kola-os_2.tmp", Entry = "kola-os_2+3-0.efi";
    private const int Mebi = 1 << 20;

    private readonly TemporaryFolder folder;
    private readonly SampleLog log = new();
    private byte[] disk;
    private int? done;

    private SampleUpdate(TemporaryFolder folder, byte[] disk) => (this.folder, this.disk) = (folder, disk);

    private string After => folder["after.raw"];

    /// <summary>Carries out the update and judges all states that a power cut in it can leave.</summary>
    /// <param name="steps">Words of <see cref="DoAsync"/>.</param>
    public static async Task<IReadOnlyList<JudgedState>> SweepAsync(TemporaryFolder folder, string steps, CancellationToken cancellation)
    {
        var sample = await SampleDisk.MakeAsync(folder, new Dictionary<string, string>(), cancellation);
        await PutAsync(sample.Image, "/EFI/Linux/kola-os_1.efi", folder.Write("old.efi", SampleDisk.Kernel(SampleDisk.HashA, "1", 20_000)), cancellation);
        var before = (await DiskReport.ReadAsync(sample.Disk, new SysupdateGuest(), cancellation)).Installation!;
        var update = new SampleUpdate(folder, await File.ReadAllBytesAsync(sample.Image, cancellation));
        await File.WriteAllBytesAsync(update.After, update.disk, cancellation);
        foreach (var step in steps.Split(' '))
            await update.DoAsync(step, cancellation);
        await Overlay.CreateAsync(folder["after.qcow2"], new(update.After, DiskFormat.Raw), null, cancellation);
        var after = (await DiskReport.ReadAsync(new(folder["after.qcow2"], folder.Path), new SysupdateGuest(), cancellation)).Installation!;
        using var log = update.log.Open(folder, update.disk.Length);
        using var sweep = new OfflineSweep(log, sample.Image, new SysupdateGuest(), "1", before, "2", after);
        var states = new CrashStates(log, seed: 1);
        return sweep.Judge(states.All, states.FlushAfter(update.done ?? int.MaxValue), cancellation);
    }

    private async Task DoAsync(string step, CancellationToken cancellation)
    {
        switch (step)
        {
            case "slot":
                await using (var image = File.OpenWrite(After))
                {
                    image.Position = 44 * Mebi;
                    await image.WriteAsync(Enumerable.Range(0, 3 * Mebi).Select(i => (byte)((i / 4096) + 1)).ToArray(), cancellation);
                }

                break;
            case "table":
                await SampleDisk.RunAsync("sfdisk", ["--quiet", "--no-reread", "--part-uuid", After, "5", new Guid(HashB[..32]).ToString()], cancellation);
                await SampleDisk.RunAsync("sfdisk", ["--quiet", "--no-reread", "--part-uuid", After, "4", new Guid(HashB[32..]).ToString()], cancellation);
                await SampleDisk.RunAsync("sfdisk", ["--quiet", "--no-reread", "--part-label", After, "5", "kola-os_2"], cancellation);
                await SampleDisk.RunAsync("sfdisk", ["--quiet", "--no-reread", "--part-label", After, "4", "kola-os_2_verity"], cancellation);
                break;
            case "copy":
                await PutAsync(After, $"/EFI/Linux/{Temporary}", folder.Write("new.efi", SampleDisk.Kernel(HashB, "2", 20_000)), cancellation);
                break;
            case "rename":
                await SampleDisk.RunAsync("mren", ["-i", $"{After}@@{SampleDisk.EspOffset}", $"::/EFI/Linux/{Temporary}", $"::/EFI/Linux/{Entry}"], cancellation);
                break;
        }

        await LogAsync(cancellation);
        if (step == "sync")
            log.Flush();
        if (step == "done")
            done = log.Count;
    }

    /// <summary>Logs what has changed: a write for each run of sectors, of 64 KiB at most.</summary>
    private async Task LogAsync(CancellationToken cancellation)
    {
        var now = await File.ReadAllBytesAsync(After, cancellation);
        for (var at = 0; at < now.Length;)
        {
            var length = 0;
            while (length < 65536 && at + length < now.Length && !now.AsSpan(at + length, 512).SequenceEqual(disk.AsSpan(at + length, 512)))
                length += 512;
            if (length > 0)
                log.Write(at / 512, now[at..(at + length)]);
            at += Math.Max(length, 512);
        }

        disk = now;
    }

    private static Task PutAsync(string image, string path, string file, CancellationToken cancellation) =>
        SampleDisk.RunAsync("mcopy", ["-o", "-i", $"{image}@@{SampleDisk.EspOffset}", file, $"::{path}"], cancellation);
}
