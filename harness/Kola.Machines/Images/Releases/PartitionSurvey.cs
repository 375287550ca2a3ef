using CliWrap;
using CliWrap.Buffered;

namespace Kola.Machines.Images.Releases;

/// <summary>What a disk image's partition table tells of the machine that it is for.</summary>
/// <param name="Firmware"><see langword="null"/> when it boots by neither: it has no boot loader's partition that is known.</param>
/// <param name="Architecture">As <c>uname -m</c>; <see langword="null"/> when no partition says it.</param>
internal sealed record PartitionSurvey(FirmwareKind? Firmware, string? Architecture)
{
    /// <summary>The protective record, the header and a table of the usual length, whatever the sectors' size.</summary>
    private const int Head = 64 << 10;

    private const int EntryLength = 128, MostEntries = 128;

    private static readonly Guid Esp = new("c12a7328-f81f-11d2-ba4b-00a0c93ec93b");
    private static readonly Guid BiosBoot = new("21686148-6449-6e6f-744e-656564454649");

    /// <summary>Root and /usr partitions by architecture (Discoverable Partitions Specification).</summary>
    private static readonly Dictionary<Guid, string> Architectures = new()
    {
        [new("4f68bce3-e8cd-4db1-96e7-fbcaf984b709")] = "x86_64",
        [new("8484680c-9521-48c6-9c11-b0720656f69e")] = "x86_64",
        [new("b921b045-1df0-41c3-af44-4c6f280d3fae")] = "aarch64",
        [new("b0e01050-ee5f-4390-949a-9101b17104e9")] = "aarch64",
    };

    /// <param name="disk">A disk image that was probed.</param>
    /// <exception cref="HostException">A qcow2 image cannot be read.</exception>
    public static async Task<PartitionSurvey> ReadAsync(string disk, DiskShape shape, CancellationToken cancellation) =>
        Of(await HeadAsync(disk, shape, cancellation), shape.SectorBytes);

    /// <summary>Without a GPT a boot sector's signature (55 AA) is what a BIOS asks for.</summary>
    internal static PartitionSurvey Of(ReadOnlySpan<byte> head, int sector)
    {
        if (head.Length < 2 * sector || !head[sector..].StartsWith("EFI PART"u8))
            return new(head.Length >= 512 && head[510] == 0x55 && head[511] == 0xAA ? FirmwareKind.Bios : null, null);
        var types = new List<Guid>();
        for (var at = 2 * sector; at + EntryLength <= head.Length && types.Count < MostEntries; at += EntryLength)
            types.Add(new(head.Slice(at, 16)));
        // An image for both boots by UEFI; the same image is tried under BIOS with --firmware bios.
        FirmwareKind? firmware = types.Contains(Esp) ? FirmwareKind.Uefi : types.Contains(BiosBoot) ? FirmwareKind.Bios : null;
        return new(firmware, types.Select(type => Architectures.GetValueOrDefault(type)).FirstOrDefault(found => found is not null));
    }

    private static async Task<byte[]> HeadAsync(string disk, DiskShape shape, CancellationToken cancellation)
    {
        if (shape.Format is DiskFormat.Raw)
        {
            await using var file = new FileStream(disk, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var head = new byte[Head];
            return head[..await file.ReadAtLeastAsync(head, Head, throwOnEndOfStream: false, cancellation)];
        }

        var scratch = Path.GetTempFileName();
        try
        {
            var result = await Cli.Wrap("qemu-img").WithArguments(["dd", "-f", "qcow2", "-O", "raw", $"bs={Head}", "count=1", $"if={disk}", $"of={scratch}"])
                .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellation);
            return result.ExitCode == 0
                ? await File.ReadAllBytesAsync(scratch, cancellation)
                : throw new HostException($"qemu-img cannot read the start of {disk}: {result.StandardError.Trim()}; get the image again");
        }
        finally
        {
            File.Delete(scratch);
        }
    }
}
