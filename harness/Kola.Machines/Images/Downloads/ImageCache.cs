using System.Text;
using System.Text.Json;
using Kola.Machines.Files;
using Kola.Machines.Images.Catalog;

namespace Kola.Machines.Images.Downloads;

/// <summary>
/// Downloaded images by the digest of what was downloaded: <c>KEY/disk.img</c> (read-only) and <c>KEY/entry.json</c>. A folder of that name is
/// whole: it was made under another name and renamed. <c>partial/</c>, <c>locks/</c> and <c>checksums/</c> hold what leads there.
/// </summary>
internal sealed class ImageCache(string folder, DigestMemory digests, HttpClient http, DownloadOptions options, TimeProvider time)
{
    private const string DiskName = "disk.img", EntryName = "entry.json";
    private readonly HttpDownload download = new(http, options, time);

    /// <summary>The digest of the image's download where it is known without the network.</summary>
    public FileDigest? KnownDigest(ImageSource.Url source) => source.Digest switch
    {
        ExpectedDigest.Pinned pinned => pinned.Value,
        ExpectedDigest.Published published when File.Exists(ChecksumsPath(published, source)) =>
            ChecksumFile.Find(File.ReadAllText(ChecksumsPath(published, source)), FileName(source.Address)),
        _ => null,
    };

    /// <summary>The cached image, looked at but not hashed; <see langword="null"/> when it is not here.</summary>
    public (string Path, CachedImage Entry)? Peek(ImageSource.Url source)
    {
        if (KnownDigest(source) is not { } digest)
            return null;
        var place = Path.Combine(folder, digest.Key);
        return ReadEntry(place) is { } entry && new FileInfo(Path.Combine(place, DiskName)) is { Exists: true } file && file.Length == entry.Size
            ? (file.FullName, entry)
            : null;
    }

    /// <summary>The image, from the cache or from its server. Processes that want the same image share one download.</summary>
    /// <exception cref="HostException">It cannot be had; the message says why and what to do.</exception>
    public async Task<(string Path, CachedImage Entry)> GetAsync(
        string name, ImageSource.Url source, bool verify, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var digest = KnownDigest(source) ?? await FetchChecksumsAsync(source, cancellation);
            if (await WholeAsync(source, verify, cancellation) is { } found)
                return found;
            using var mine = await FileLock.AcquireAsync(
                Path.Combine(folder, "locks", digest.Key + ".lock"),
                () => progress?.Report(new(name, ImagePhase.Waiting, Detail: "another process is downloading it")), time, cancellation);
            if (await WholeAsync(source, verify, cancellation) is { } meanwhile)
                return meanwhile;
            if (Directory.Exists(Path.Combine(folder, digest.Key)))
            {
                progress?.Report(new(name, ImagePhase.Verifying, Detail: "the cached file is damaged; fetching it again"));
                Directory.Delete(Path.Combine(folder, digest.Key), recursive: true);
            }
            var part = Path.Combine(folder, "partial", digest.Key + ".part");
            await DownloadAsync(name, source, digest, part, progress, cancellation);
            return await StoreAsync(name, source, digest, part, progress, cancellation);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Of(failure, folder);
        }
    }

    private async Task<(string Path, CachedImage Entry)?> WholeAsync(ImageSource.Url source, bool verify, CancellationToken cancellation) =>
        Peek(source) is { } found && await digests.Sha256Async(found.Path, verify, cancellation) == found.Entry.Sha256 ? found : null;

    private async Task DownloadAsync(
        string name, ImageSource.Url source, FileDigest digest, string path, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        FileDigest actual;
        bool resumed;
        await using (var part = await PartFile.OpenAsync(path, source.Address, digest, cancellation))
        {
            resumed = part.Length > 0;
            try
            {
                await download.FetchAsync(
                    source.Address, part, (done, total, detail) => progress?.Report(new(name, ImagePhase.Downloading, done, total, detail)), cancellation);
                part.FlushToDisk();
            }
            catch (HostException failure) when (failure.InnerException is IOException)
            {
                // What filled the disk must not keep it full.
                PartFile.Delete(path);
                throw;
            }
            actual = part.Digest();
        }
        if (actual == digest)
            return;
        PartFile.Delete(path);
        if (!resumed)
        {
            throw new HostException(
                $"{source.Address} is not the image that was pinned: its {actual.Algorithm} is {actual.Hex}, expected {digest.Hex}; it is thrown away: check the pin against the publisher's own digest");
        }
        // An earlier process may have left bytes of another file: once more, from the first byte.
        await DownloadAsync(name, source, digest, path, progress, cancellation);
    }

    private async Task<(string Path, CachedImage Entry)> StoreAsync(
        string name, ImageSource.Url source, FileDigest digest, string part, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        if (source.Signature is { Of: SignedFile.Image } signature)
        {
            progress?.Report(new(name, ImagePhase.Verifying, Detail: "checking the signature"));
            await DetachedSignature.VerifyAsync(part, await FetchSmallAsync(signature.Address, cancellation), signature.KeyPath, source.Address.ToString(), cancellation);
        }
        var making = Path.Combine(folder, ".new-" + digest.Key);
        if (Directory.Exists(making))
            Directory.Delete(making, recursive: true);
        Directory.CreateDirectory(making);
        try
        {
            var disk = Path.Combine(making, DiskName);
            var sha256 = await UnpackAsync(name, digest, part, disk, progress, cancellation);
            await DiskProbe.ProbeAsync(disk, cancellation);
            File.SetUnixFileMode(disk, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            var entry = new CachedImage(source.Address.AbsoluteUri, digest.ToString(), sha256, new FileInfo(disk).Length);
            AtomicFile.Write(Path.Combine(making, EntryName), JsonSerializer.SerializeToUtf8Bytes(entry, ImagesJson.Default.CachedImage));
            var place = Path.Combine(folder, digest.Key);
            Directory.Move(making, place);
            PartFile.Delete(part);
            await digests.RememberAsync(Path.Combine(place, DiskName), sha256, cancellation);
            progress?.Report(new(name, ImagePhase.Done, entry.Size, entry.Size));
            return (Path.Combine(place, DiskName), entry);
        }
        catch
        {
            if (Directory.Exists(making))
                Directory.Delete(making, recursive: true);
            throw;
        }
    }

    private static async Task<string> UnpackAsync(
        string name, FileDigest digest, string part, string disk, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        var head = new byte[16];
        await using (var file = File.OpenRead(part))
            await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellation);
        if (Compression.Of(head) is { } compression)
        {
            return await Decompressor.DecompressAsync(
                part, compression, disk, (done, total) => progress?.Report(new(name, ImagePhase.Decompressing, done, total)), cancellation);
        }
        File.Move(part, disk);
        progress?.Report(new(name, ImagePhase.Verifying));
        return digest.Algorithm == "sha256" ? digest.Hex : await FileDigest.Sha256OfAsync(disk, cancellation);
    }

    /// <summary>Gets the published checksum file, checks its signature, and keeps it: the address is of one fixed release.</summary>
    private async Task<FileDigest> FetchChecksumsAsync(ImageSource.Url source, CancellationToken cancellation)
    {
        var published = (ExpectedDigest.Published)source.Digest;
        var bytes = await FetchSmallAsync(published.Address, cancellation);
        var path = ChecksumsPath(published, source);
        var digest = ChecksumFile.Find(Encoding.UTF8.GetString(bytes), FileName(source.Address))
            ?? throw new HostException($"{published.Address} has no sha256 or sha512 of '{FileName(source.Address)}'; correct 'checksums' in the image catalog, or pin the digest itself");
        if (source.Signature is { Of: SignedFile.Checksums } signature)
        {
            var unsigned = path + ".unsigned";
            AtomicFile.Write(unsigned, bytes);
            await DetachedSignature.VerifyAsync(
                unsigned, await FetchSmallAsync(signature.Address, cancellation), signature.KeyPath, published.Address.ToString(), cancellation);
            File.Delete(unsigned);
        }
        AtomicFile.Write(path, bytes);
        return digest;
    }

    private async Task<byte[]> FetchSmallAsync(Uri address, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, "partial", Guid.NewGuid().ToString("N"));
        try
        {
            await using (var part = await PartFile.OpenAsync(path, address, FileDigest.Sha256(""), cancellation))
                await download.FetchAsync(address, part, (_, _, _) => { }, cancellation);
            return await File.ReadAllBytesAsync(path, cancellation);
        }
        finally
        {
            PartFile.Delete(path);
        }
    }

    /// <summary>One kept checksum file for each pair of checksum address and signing key: a key added later has it checked again.</summary>
    private string ChecksumsPath(ExpectedDigest.Published published, ImageSource.Url source) => Path.Combine(
        folder, "checksums", FileDigest.Sha256OfText($"{published.Address}\n{source.Signature?.Address}\n{source.Signature?.KeyPath}")[..32]);

    private static CachedImage? ReadEntry(string place)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(place, EntryName)), ImagesJson.Default.CachedImage);
        }
        catch (Exception failure) when (failure is IOException or JsonException)
        {
            return null;
        }
    }

    private static string FileName(Uri address) => Uri.UnescapeDataString(address.Segments[^1]);
}
