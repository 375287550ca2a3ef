using Kola.Machines.Images.Catalog;
using Kola.Machines.Images.Downloads;
using Kola.Machines.Images.Releases;

namespace Kola.Machines.Images;

/// <summary>How an image is looked up.</summary>
public sealed record ImageStoreOptions
{
    /// <summary>Hash every file, also those whose digest is remembered.</summary>
    public bool Verify { get; init; }

    public DownloadOptions Download { get; init; } = new();
}

/// <summary>Finds the image that a reference names: built, downloaded, or a file.</summary>
public sealed class ImageStore
{
    // One client for the process: it holds the connections. The download has its own bounds.
    private static readonly HttpClient SharedHttp = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly ImageCatalog catalog;
    private readonly ImageLocations locations;
    private readonly ImageStoreOptions options;
    private readonly DigestMemory digests;
    private readonly ImageCache cache;

    /// <param name="http">Its time-out must be infinite; downloads have bounds of their own.</param>
    public ImageStore(ImageCatalog catalog, ImageLocations locations, ImageStoreOptions? options = null, TimeProvider? time = null, HttpClient? http = null)
    {
        this.catalog = catalog;
        this.locations = locations;
        this.options = options ?? new();
        digests = new(Path.Combine(locations.Cache, "digests"));
        cache = new(locations.Cache, digests, http ?? SharedHttp, this.options.Download, time ?? TimeProvider.System);
    }

    public ImageCatalog Catalog => catalog;

    public ImageLocations Locations => locations;

    /// <summary>
    /// The image of <paramref name="reference"/>: <c>NAME</c> (the newest built release of a recipe), <c>NAME:RELEASE</c>, or a path to a disk image
    /// or to a release's folder (it has a slash).
    /// </summary>
    /// <exception cref="InputException">No such name.</exception>
    /// <exception cref="HostException">The image is not here, or not whole; the message has the command that gets it.</exception>
    public Task<ResolvedImage> ResolveAsync(string reference, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        if (reference.Contains('/', StringComparison.Ordinal))
        {
            var path = Path.GetFullPath(reference);
            return File.Exists(Path.Combine(path, ReleaseManifest.FileName)) ? ReleaseAsync(path, cancellation) : FileAsync(path, null, cancellation);
        }
        var (name, release) = reference.Split(':', 2) is [var first, var second] ? (first, second) : (reference, null);
        var entry = catalog.Find(name) ?? throw Unknown(name);
        return entry.Source switch
        {
            ImageSource.Build build => BuiltAsync(entry, build, release, cancellation),
            ImageSource.File file => FileAsync(file.Path, Fixed(entry, release), cancellation),
            ImageSource.Url url => DownloadedAsync(Fixed(entry, release), url, progress, cancellation),
            _ => throw new InvalidOperationException($"no such source: {entry.Source}"),
        };
    }

    private Task<ResolvedImage> BuiltAsync(CatalogEntry entry, ImageSource.Build build, string? release, CancellationToken cancellation)
    {
        var releases = new BuiltReleases(Path.Combine(locations.Releases, build.Recipe));
        var versions = releases.Versions();
        if (release is null && versions.Count == 0)
            throw new HostException($"no release of '{entry.Name}' is built; run: ci/kola image build {entry.Name}");
        release ??= versions[^1];
        if (!versions.Contains(release))
        {
            throw new HostException(
                $"release {release} of '{entry.Name}' is not built ({(versions.Count == 0 ? "none is" : "built: " + string.Join(", ", versions))}); "
                + $"run: ci/kola image build {entry.Name} --release {release}");
        }
        return ReleaseAsync(releases.FolderOf(release), cancellation);
    }

    private async Task<ResolvedImage> ReleaseAsync(string folder, CancellationToken cancellation)
    {
        var manifest = ReleaseManifest.Read(folder);
        await ReleaseCheck.FilesAsync(folder, manifest, digests, options.Verify, cancellation);
        var path = Path.Combine(folder, manifest.Disk.File);
        var shape = await DiskProbe.ProbeAsync(path, cancellation);
        var entry = catalog.Find(manifest.Image)
            ?? throw new InputException($"{folder} is a release of '{manifest.Image}', which {catalog.Path} does not name; add an entry for it");
        return new()
        {
            Name = manifest.Image,
            Release = manifest.Version,
            Disk = new(path, shape.Format),
            Sha256 = manifest.Disk.Sha256.ToLowerInvariant(),
            Architecture = manifest.Architecture,
            Firmware = manifest.Firmware == "bios" ? FirmwareKind.Bios : FirmwareKind.Uefi,
            Provisioning = entry.Provisioning,
            Adapter = entry.Adapter,
            User = entry.User,
            VirtualSize = shape.VirtualSize,
            ReleaseFolder = folder,
            ConsoleFaults = entry.ConsoleFaults,
        };
    }

    private async Task<ResolvedImage> DownloadedAsync(
        CatalogEntry entry, ImageSource.Url source, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        var (path, cached) = await cache.GetAsync(entry.Name, source, options.Verify, progress, cancellation);
        return Image(entry, path, cached.Sha256, await DiskProbe.ProbeAsync(path, cancellation));
    }

    /// <summary>A file without a catalog entry is taken for a UEFI cloud image: what most people bring. A scenario can say otherwise.</summary>
    private async Task<ResolvedImage> FileAsync(string path, CatalogEntry? entry, CancellationToken cancellation)
    {
        if (Directory.Exists(path))
            throw new HostException($"{path} is a folder without {ReleaseManifest.FileName}; expected a disk image or a release's folder");
        if (!File.Exists(path))
            throw new HostException($"the image {path} does not exist{Neighbour(path)}");
        var shape = await DiskProbe.ProbeAsync(path, cancellation);
        return Image(entry, path, await digests.Sha256Async(path, options.Verify, cancellation), shape);
    }

    private static ResolvedImage Image(CatalogEntry? entry, string path, string sha256, DiskShape shape) => new()
    {
        Name = entry?.Name ?? Path.GetFileNameWithoutExtension(path),
        Release = entry?.Release,
        Disk = new(path, shape.Format),
        Sha256 = sha256,
        Architecture = entry?.Architecture ?? "x86_64",
        Firmware = entry?.Firmware ?? FirmwareKind.Uefi,
        Provisioning = entry?.Provisioning ?? ProvisioningKind.CloudInit,
        Adapter = entry?.Adapter,
        User = entry?.User ?? "root",
        VirtualSize = shape.VirtualSize,
        ConsoleFaults = entry?.ConsoleFaults ?? [],
    };

    private static string Neighbour(string path)
    {
        var folder = Path.GetDirectoryName(path);
        if (folder is null || !Directory.Exists(folder))
            return $"; its folder does not exist either";
        return NearestName.Hint(Path.GetFileName(path), Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)!).Take(1000));
    }

    /// <summary>Refuses a release of an entry that has another, fixed one.</summary>
    private static CatalogEntry Fixed(CatalogEntry entry, string? release) =>
        release is null || release == entry.Release
            ? entry
            : throw new InputException($"image '{entry.Name}' is {(entry.Release is null ? "of no named release" : $"release {entry.Release}")} in the catalog, not {release}; write '{entry.Name}'");

    private InputException Unknown(string name) => new(
        $"no image is named '{name}' in {catalog.Path}; expected one of {string.Join(", ", catalog.Entries.Select(entry => entry.Name))}, or a path with a slash"
        + NearestName.Hint(name, catalog.Entries.Select(entry => entry.Name)));
}
