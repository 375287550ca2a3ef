using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using CliWrap;
using CliWrap.Buffered;
using Kola.Machines.Host;

namespace Kola.Machines.Qemu.Disks;

/// <summary>Makes a machine's own disks: qcow2 files that hold what differs from the image.</summary>
internal static class Overlay
{
    /// <summary>An overlay on <paramref name="image"/>, which is not written.</summary>
    /// <param name="sizeBytes">The size that the guest sees; the image's own when left out.</param>
    /// <exception cref="HostException">The image cannot be read, or the disk is full.</exception>
    /// <exception cref="InputException">The size is below the image's.</exception>
    public static async Task CreateAsync(string path, DiskImage image, long? sizeBytes, CancellationToken cancellation)
    {
        var own = await VirtualSizeAsync(image, cancellation);
        if (sizeBytes < own)
            throw new InputException($"the boot disk's size {sizeBytes} is below the {own} bytes of {image.Path}; give at least those, or leave the size out");
        await QemuImgAsync(["create", "-q", "-f", "qcow2", "-F", Name(image.Format), "-b", image.Path, path, .. Size(sizeBytes)], cancellation);
    }

    public static Task CreateEmptyAsync(string path, long sizeBytes, CancellationToken cancellation) =>
        QemuImgAsync(["create", "-q", "-f", "qcow2", path, .. Size(sizeBytes)], cancellation);

    /// <summary>The size in bytes that a guest would see.</summary>
    private static async Task<long> VirtualSizeAsync(DiskImage image, CancellationToken cancellation)
    {
        var answer = await QemuImgAsync(["info", "--output=json", "-f", Name(image.Format), image.Path], cancellation);
        return JsonSerializer.Deserialize(answer, OverlayJson.Default.ImageInfo)?.VirtualSize
            ?? throw new HostException($"qemu-img says no size of {image.Path}; get the image again");
    }

    private static IEnumerable<string> Size(long? bytes) =>
        bytes is { } size ? [size.ToString(CultureInfo.InvariantCulture)] : [];

    private static string Name(DiskFormat format) => format is DiskFormat.Raw ? "raw" : "qcow2";

    private static async Task<string> QemuImgAsync(IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var program = Executables.Require("making disks", Package.QemuImg, "qemu-img");
        var result = await Cli.Wrap(program).WithArguments(arguments).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellation);
        return result.ExitCode == 0
            ? result.StandardOutput
            : throw new HostException($"qemu-img {arguments[0]} failed: {result.StandardError.Trim()}; check that the image is whole and that the disk has room (KOLA_STATE_DIR moves Kola's files)");
    }

    internal sealed record ImageInfo([property: JsonPropertyName("virtual-size")] long VirtualSize);
}

[JsonSerializable(typeof(Overlay.ImageInfo))]
internal sealed partial class OverlayJson : JsonSerializerContext;
