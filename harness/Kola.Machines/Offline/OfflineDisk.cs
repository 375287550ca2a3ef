using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using CliWrap;
using CliWrap.Buffered;
using Kola.Machines.Host;
using Kola.Machines.Qemu;

namespace Kola.Machines.Offline;

/// <summary>
/// A disk of a machine that is off, as its guest would see it: the qcow2 overlay over its image. Reads and writes go through QEMU's own tools, without
/// root and loop devices; what is written goes to the overlay, never to the image.
/// </summary>
/// <param name="path">The overlay.</param>
/// <param name="work">An existing folder for what is taken out of the disk.</param>
/// <remarks>
/// Offsets and lengths are bytes of the disk, whole sectors of 512. Ranges are opened as block nodes of their own (<c>driver=raw,offset=…,size=…</c>) because <c>qemu-img dd</c>
/// compares what it skips with the length it copies, and refuses.
/// </remarks>
public sealed class OfflineDisk(string path, string work)
{
    private int taken;

    /// <summary>The size that the guest sees, in bytes.</summary>
    /// <exception cref="HostException">The file is no qcow2 disk, or a program is missing.</exception>
    public async Task<long> LengthAsync(CancellationToken cancellation)
    {
        var answer = await RunAsync("qemu-img", ["info", "--output=json", "-f", "qcow2", path], cancellation);
        return JsonSerializer.Deserialize(answer, OfflineJson.Default.DiskLength)?.VirtualSize
            ?? throw new HostException($"qemu-img says no size of {path}; look at it with qemu-img info");
    }

    /// <summary>Bytes of the disk.</summary>
    /// <inheritdoc cref="TakeAsync"/>
    public Task<byte[]> ReadAsync(long offset, int count, CancellationToken cancellation) => UseAsync(offset, count, file => File.ReadAllBytesAsync(file, cancellation), cancellation);

    /// <summary>Takes a range out of the disk for as long as it is used.</summary>
    /// <param name="use">Is given a sparse file with the range's bytes.</param>
    /// <inheritdoc cref="TakeAsync" path="/exception"/>
    public async Task<T> UseAsync<T>(long offset, long length, Func<string, Task<T>> use, CancellationToken cancellation)
    {
        var file = await TakeAsync(offset, length, cancellation);
        try
        {
            return await use(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Takes a range out of the disk.</summary>
    /// <returns>A sparse file with the range's bytes; it is the caller's to delete.</returns>
    /// <exception cref="HostException">The range is not within the disk or no whole sectors, or there is no room.</exception>
    public async Task<string> TakeAsync(long offset, long length, CancellationToken cancellation)
    {
        var file = Path.Combine(work, $"range{Interlocked.Increment(ref taken)}.raw");
        await RunAsync("qemu-img", ["convert", "--image-opts", Range(offset, length), "-O", "raw", file], cancellation);
        return file;
    }

    /// <summary>Writes a file over a range that is as long.</summary>
    /// <exception cref="HostException">The range is not within the disk or no whole sectors, or there is no room.</exception>
    public Task PutAsync(string file, long offset, CancellationToken cancellation) =>
        RunAsync("qemu-img", ["convert", "-n", "-f", "raw", "--target-image-opts", file, Range(offset, new FileInfo(file).Length)], cancellation);

    /// <summary>Fills a range with one byte's value.</summary>
    /// <exception cref="HostException">The range is not within the disk or no whole sectors, or there is no room.</exception>
    public Task FillAsync(long offset, long length, byte value, CancellationToken cancellation)
    {
        // Zeros take no room: they are marked in the overlay's tables.
        var how = value == 0 ? "-z" : string.Create(CultureInfo.InvariantCulture, $"-P {value}");
        return RunAsync("qemu-io", ["--image-opts", Range(offset, length), "-c", string.Create(CultureInfo.InvariantCulture, $"write -q {how} 0 {length}")], cancellation);
    }

    /// <summary>Copies a partition out of the disk, changes files of it, and writes it back.</summary>
    /// <param name="change">Is given the files, and the name of a scratch file that it may write. Returns what it did.</param>
    /// <exception cref="GuestException">The partition holds no file system whose files can be changed here.</exception>
    internal Task<string> ChangeFilesAsync(Partition partition, Func<IPartitionFiles, string, Task<string>> change, CancellationToken cancellation) =>
        UseAsync(partition.Offset, partition.Length, async image =>
        {
            var scratch = $"{image}.file";
            try
            {
                var done = await change(await PartitionFiles.OfAsync(image, partition.Number, cancellation), scratch);
                await PutAsync(image, partition.Offset, cancellation);
                return done;
            }
            finally
            {
                File.Delete(scratch);
            }
        }, cancellation);

    private string Range(long offset, long length) => string.Create(
        CultureInfo.InvariantCulture, $"driver=raw,offset={offset},size={length},file.driver=qcow2,file.file.driver=file,file.file.filename={QemuOption.Value(path)}");

    private static async Task<string> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var found = Executables.Require("looking at disks of machines that are off", Package.QemuImg, program);
        var result = await Cli.Wrap(found).WithArguments(arguments).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellation);
        // qemu-io ends with 0 after some failures; a quiet command that did what it was told says nothing.
        return result.ExitCode == 0 && result.StandardError.Length == 0
            ? result.StandardOutput
            : throw new HostException($"{program} {string.Join(' ', arguments)} failed: {result.StandardError.Trim()}; check that the machine is off and that the disk has room (KOLA_STATE_DIR moves Kola's files)");
    }

    internal sealed record DiskLength([property: JsonPropertyName("virtual-size")] long VirtualSize);
}

[JsonSerializable(typeof(OfflineDisk.DiskLength))]
internal sealed partial class OfflineJson : JsonSerializerContext;
