using System.Collections.Immutable;
using System.Globalization;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using CliWrap;
using CliWrap.Buffered;
using Kola.Machines;
using Kola.Machines.Offline;

namespace Kola.Tests.Machines.Offline;

/// <summary>A small boot disk as systemd-sysupdate lays it out, made by the real tools: an image, and an overlay on it that a machine would write to.</summary>
internal sealed class SampleDisk(TemporaryFolder folder)
{
    public const long EspOffset = 1 << 20;
    public const string HashA = "0bc7aeacc7c752157eca37bdedb5febc799fb671cc4d115f8e40d28353fe5825";

    private const int Mebi = 1 << 20;

    /// <summary>In the order of the partitions: ESP, hashes and data of slot A, of slot B, root.</summary>
    private const string Table = """
        label: gpt
        start=1MiB, size=40MiB, type=uefi, name=esp
        size=1MiB, type=77ff5f63-e7b6-4633-acf4-1565b864c0e6, uuid=799fb671-cc4d-115f-8e40-d28353fe5825, name=kola-os_1_verity
        size=2MiB, type=8484680c-9521-48c6-9c11-b0720656f69e, uuid=0bc7aeac-c7c7-5215-7eca-37bdedb5febc, name=kola-os_1
        size=1MiB, type=77ff5f63-e7b6-4633-acf4-1565b864c0e6, name=_empty
        size=2MiB, type=8484680c-9521-48c6-9c11-b0720656f69e, name=_empty
        size=4MiB, type=4f68bce3-e8cd-4db1-96e7-fbcaf984b709, name=kola-root

        """;

    public string Image => folder["disk.raw"];

    public string Overlay => folder["boot.qcow2"];

    public OfflineDisk Disk => new(Overlay, folder.Path);

    /// <param name="entries">Boot entries by name, such as <c>kola-os_1+2-1.efi</c>, and the root hash each starts.</param>
    /// <param name="sizeBytes">The overlay's, the image's own when left out.</param>
    public static async Task<SampleDisk> MakeAsync(
        TemporaryFolder folder, IReadOnlyDictionary<string, string> entries, CancellationToken cancellation, long? sizeBytes = null)
    {
        var disk = new SampleDisk(folder);
        var esp = folder.Write("esp.raw", new byte[40 * Mebi]);
        await RunAsync("mkfs.fat", ["-F", "32", esp], cancellation);
        await RunAsync("mmd", ["-i", esp, "::/EFI", "::/EFI/Linux"], cancellation);
        var files = new FatFiles(esp);
        foreach (var (name, hash) in entries)
            await files.WriteAsync($"/EFI/Linux/{name}", folder.Write("kernel.efi", Kernel(hash)), cancellation);
        var root = folder.Write("root.raw", new byte[4 * Mebi]);
        await RunAsync("mkfs.ext4", ["-q", root], cancellation);

        await using (var image = File.Create(disk.Image))
        {
            image.SetLength(56 * Mebi);
            await CopyAsync(esp, image, EspOffset, cancellation);
            await CopyAsync(root, image, 47L * Mebi, cancellation);
        }

        await (Table | Cli.Wrap("sfdisk").WithArguments(["--quiet", "--no-reread", disk.Image])).ExecuteBufferedAsync(cancellation);
        await Kola.Machines.Qemu.Disks.Overlay.CreateAsync(disk.Overlay, new DiskImage(disk.Image, DiskFormat.Raw), sizeBytes, cancellation);
        return disk;
    }

    /// <summary>Adds a boot loader that says this of itself, and a program that says nothing.</summary>
    public static async Task AddLoaderAsync(TemporaryFolder folder, string mark, CancellationToken cancellation)
    {
        var esp = string.Create(CultureInfo.InvariantCulture, $"{folder["disk.raw"]}@@{EspOffset}");
        await RunAsync("mmd", ["-i", esp, "::/EFI/BOOT"], cancellation);
        var files = new FatFiles(esp);
        await files.WriteAsync("/EFI/BOOT/BOOTX64.EFI", folder.Write("loader.efi", [.. Kernel(HashA), .. Encoding.Latin1.GetBytes($"\0{mark}\0{mark}\0")]), cancellation);
        await files.WriteAsync("/EFI/BOOT/shellx64.efi", folder.Write("shell.efi", Kernel(HashA)), cancellation);
    }

    /// <summary>Fills slot A of the image with data and the hashes of it, as far as the labels on it allow: its UUIDs become the halves of the new root hash.</summary>
    public static async Task FormatVerityAsync(TemporaryFolder folder, CancellationToken cancellation)
    {
        var data = folder.Write("usr.raw", [.. Enumerable.Range(0, 2 * Mebi).Select(i => (byte)(i / 4096))]);
        var hashes = folder["usr.verity"];
        var formatted = await Cli.Wrap(Kola.Machines.Host.Executables.Find("veritysetup")!).WithArguments(["format", data, hashes]).ExecuteBufferedAsync(cancellation);
        var root = formatted.StandardOutput.Split('\n').Single(line => line.StartsWith("Root hash:", StringComparison.Ordinal)).Split('\t', ' ')[^1].Trim();
        await using (var image = File.OpenWrite(folder["disk.raw"]))
        {
            await CopyAsync(hashes, image, 41L * Mebi, cancellation);
            await CopyAsync(data, image, 42L * Mebi, cancellation);
        }

        await RunAsync("sfdisk", ["--quiet", "--no-reread", "--part-uuid", folder["disk.raw"], "3", new Guid(root[..32]).ToString()], cancellation);
        await RunAsync("sfdisk", ["--quiet", "--no-reread", "--part-uuid", folder["disk.raw"], "2", new Guid(root[32..]).ToString()], cancellation);
    }

    /// <summary>The smallest file that has the headers of an EFI program and the section of a UKI that names its /usr.</summary>
    /// <param name="release">What its os-release says; <see langword="null"/>: it has none.</param>
    /// <param name="size">Bytes that it has at least.</param>
    public static byte[] Kernel(string rootHash, string? release = null, int size = 0)
    {
        var blob = new BlobBuilder();
        var sections = new Dictionary<string, string> { [".cmdline"] = $"rw usrhash={rootHash} quiet\0" };
        if (release is not null)
            sections[".osrel"] = $"IMAGE_ID=kola-os\nIMAGE_VERSION={release}\n";
        if (size > 0)
            sections[".linux"] = string.Concat(Enumerable.Range(0, size / 8).Select(i => $"{release,3}{i:x5}"));
        new Sections(sections).Serialize(blob);
        return blob.ToArray();
    }

    public static async Task RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellation) =>
        await Cli.Wrap(Kola.Machines.Host.Executables.Find(program)!).WithArguments(arguments).ExecuteBufferedAsync(cancellation);

    private static async Task CopyAsync(string file, FileStream target, long offset, CancellationToken cancellation)
    {
        target.Position = offset;
        await using var source = File.OpenRead(file);
        await source.CopyToAsync(target, cancellation);
    }

    private sealed class Sections(IReadOnlyDictionary<string, string> sections) : PEBuilder(PEHeaderBuilder.CreateLibraryHeader(), null)
    {
        protected override ImmutableArray<Section> CreateSections() => [.. sections.Keys.Select(name => new Section(name, SectionCharacteristics.MemRead))];

        protected override BlobBuilder SerializeSection(string name, SectionLocation location)
        {
            var content = new BlobBuilder();
            content.WriteBytes(Encoding.UTF8.GetBytes(sections[name]));
            return content;
        }

        protected override PEDirectoriesBuilder GetDirectories() => new();
    }
}
