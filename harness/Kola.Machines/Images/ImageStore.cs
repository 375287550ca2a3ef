using System.Collections.Concurrent;
using Kola.Machines.AdapterPrograms;
using Kola.Machines.Capabilities;
using Kola.Machines.Files;
using Kola.Machines.Images.Building;
using Kola.Machines.Images.Catalog;
using Kola.Machines.Images.Downloads;
using Kola.Machines.Images.Releases;
using Kola.Yaml;

namespace Kola.Machines.Images;

/// <summary>How an image is looked up.</summary>
public sealed record ImageStoreOptions
{
    /// <summary>Hash every file, also those whose digest is remembered.</summary>
    public bool Verify { get; init; }

    public DownloadOptions Download { get; init; } = new();

    /// <summary>How a missing release is built; <see langword="null"/>: it is an error that names the command.</summary>
    public BuildOptions? BuildMissing { get; init; }
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
    private readonly ImageBuilder builder;
    private readonly ConcurrentDictionary<string, AdapterProgram> programs = [];

    /// <param name="http">Its time-out must be infinite; downloads have bounds of their own.</param>
    public ImageStore(ImageCatalog catalog, ImageLocations locations, ImageStoreOptions? options = null, TimeProvider? time = null, HttpClient? http = null)
    {
        this.catalog = catalog;
        this.locations = locations;
        this.options = options ?? new();
        digests = new(Path.Combine(locations.Cache, "digests"));
        builder = new(locations, time);
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
    /// <exception cref="AdapterProgramException">Its adapter is a program that cannot be used.</exception>
    public async Task<ResolvedImage> ResolveAsync(string reference, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        var image = await FindAsync(reference, progress, cancellation);
        return image.Adapter is { } adapter && AdapterProgram.IsPath(adapter) ? image with { AdapterProgram = await ProgramAsync(adapter, cancellation) } : image;
    }

    /// <summary>As <see cref="ResolveAsync"/>, as far as it is on this host: nothing is downloaded or built.</summary>
    /// <returns><see langword="null"/>: it would have to be.</returns>
    /// <inheritdoc cref="ResolveAsync" path="/exception"/>
    public async Task<ResolvedImage?> FindHereAsync(string reference, CancellationToken cancellation) =>
        IsElsewhere(EntryOf(reference)) ? null : await ResolveAsync(reference, null, cancellation);

    /// <summary>Asked once what it says of its family: all images of it are judged by the same program.</summary>
    private async Task<AdapterProgram> ProgramAsync(string adapter, CancellationToken cancellation)
    {
        var path = catalog.PathOf(adapter);
        return programs.TryGetValue(path, out var known) ? known : programs[path] = await AdapterProgram.OpenAsync(path, adapter, cancellation);
    }

    /// <summary>The image without its adapter's program.</summary>
    private Task<ResolvedImage> FindAsync(string reference, IProgress<ImageProgress>? progress, CancellationToken cancellation)
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
            ImageSource.Build build => BuiltAsync(entry, build, release, progress, cancellation),
            ImageSource.File file => FileAsync(file.Path, Fixed(entry, release), cancellation),
            ImageSource.Url url => DownloadedAsync(Fixed(entry, release), url, progress, cancellation),
            _ => throw new InvalidOperationException($"no such source: {entry.Source}"),
        };
    }

    /// <summary>Makes the release that comes after one which was built here: from the same recipe and trees, under a higher version.</summary>
    /// <exception cref="HostException">It cannot be made here.</exception>
    public async Task MakeAfterAsync(NamedRelease release, string version, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        var folder = (await FindAsync(release.Reference, progress, cancellation)).ReleaseFolder ?? throw new HostException($"{release.Reference} is no release's folder, so the release after it cannot be made; give --next DIR");
        await builder.BuildAfterAsync(folder, version, progress, cancellation);
    }

    /// <summary>What the catalog names and what of it is on this host: one line per image, and one per built release. Nothing is downloaded or hashed.</summary>
    public IReadOnlyList<ImageListing> List() => [.. catalog.Entries.SelectMany(Listing)];

    /// <summary>All that is known of an image, as far as it is on this host; nothing is downloaded or built.</summary>
    public async Task<ImageInspection> InspectAsync(string reference, CancellationToken cancellation)
    {
        var entry = EntryOf(reference);
        if (IsElsewhere(entry))
            return new() { Reference = reference, Source = Source(entry!.Source), Entry = entry };
        var image = await FindAsync(reference, null, cancellation);
        return new()
        {
            Reference = reference,
            Source = entry is null ? image.ReleaseFolder ?? image.Disk.Path : Source(entry.Source),
            Entry = entry ?? catalog.Find(image.Name),
            Image = image,
            FileSize = new FileInfo(image.Disk.Path).Length,
            Manifest = image.ReleaseFolder is { } folder ? ReleaseManifest.Read(folder) : null,
        };
    }

    private CatalogEntry? EntryOf(string reference) => reference.Contains('/', StringComparison.Ordinal) ? null : catalog.Find(reference.Split(':', 2)[0]);

    /// <summary>Whether nothing of an image is on this host yet.</summary>
    private bool IsElsewhere(CatalogEntry? entry) =>
        entry?.Source is ImageSource.Url absent && cache.Peek(absent) is null || entry?.Source is ImageSource.Build none && Built(none).Versions().Count == 0;

    private IEnumerable<ImageListing> Listing(CatalogEntry entry)
    {
        var absent = new ImageListing(entry.Name, entry.Release, Source(entry.Source), Path: null, Sha256: null, Size: null, entry.Summary);
        switch (entry.Source)
        {
            case ImageSource.Build build when Built(build).Versions() is { Count: > 0 } versions:
                return versions.Select(version => absent with { Release = version }).Select(listing => Release(listing, Built(build).FolderOf(listing.Release!)));
            case ImageSource.File file when File.Exists(file.Path):
                return [absent with { Path = file.Path, Size = new FileInfo(file.Path).Length }];
            case ImageSource.Url url when cache.Peek(url) is { } cached:
                return [absent with { Path = cached.Path, Sha256 = cached.Entry.Sha256, Size = cached.Entry.Size }];
            default:
                return [absent];
        }
    }

    private static ImageListing Release(ImageListing listing, string folder)
    {
        try
        {
            var disk = ReleaseManifest.Read(folder).Disk;
            var file = new FileInfo(Path.Combine(folder, disk.File));
            return listing with { Path = file.Exists ? file.FullName : null, Sha256 = disk.Sha256, Size = file.Exists ? file.Length : null };
        }
        catch (HostException)
        {
            // A list must show the others although one release is damaged; using it says what is wrong.
            return listing;
        }
    }

    private static string Source(ImageSource source) => source switch
    {
        ImageSource.Build build => $"recipe {build.Recipe}",
        ImageSource.File file => file.Path,
        ImageSource.Url url => url.Address.ToString(),
        _ => throw new InvalidOperationException($"no such source: {source}"),
    };

    private async Task<ResolvedImage> BuiltAsync(
        CatalogEntry entry, ImageSource.Build build, string? release, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        var releases = Built(build);
        var versions = releases.Versions();
        var wanted = release ?? (versions.Count > 0 ? versions[^1] : "1");
        if (!versions.Contains(wanted))
        {
            if (options.BuildMissing is null)
                throw NotBuilt(entry, release, versions);
            await builder.BuildAsync(build.Recipe, [wanted], options.BuildMissing, progress, cancellation);
        }
        return await ReleaseAsync(releases.FolderOf(wanted), cancellation);
    }

    private HostException NotBuilt(CatalogEntry entry, string? release, IReadOnlyList<string> versions) => new(release is null
        ? $"no release of '{entry.Name}' is built; run: {locations.Program} image build {entry.Name}"
        : $"release {release} of '{entry.Name}' is not built ({(versions.Count == 0 ? "none is" : "built: " + string.Join(", ", versions))}); "
            + $"run: {locations.Program} image build {entry.Name} --release {release}");

    private BuiltReleases Built(ImageSource.Build build) => new(Path.Combine(locations.Releases, build.Recipe));

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
            Disk = new(path, shape.Format, shape.SectorBytes),
            Sha256 = manifest.Disk.Sha256.ToLowerInvariant(),
            Architecture = manifest.Architecture,
            Firmware = manifest.Firmware == "bios" ? FirmwareKind.Bios : FirmwareKind.Uefi,
            Provisioning = entry.Provisioning,
            FwCfg = entry.FwCfg,
            Adapter = entry.Adapter,
            User = entry.User,
            VirtualSize = shape.VirtualSize,
            ReleaseFolder = folder,
            ReleaseStarted = entry.ReleaseStarted?.ToRegex(),
            Units = entry.Units,
            LockId = entry.LockId,
            LockClient = entry.LockClient,
            ConsoleSays = entry.ConsoleSays,
            Leaves = entry.Leaves,
            Capabilities = entry.Capabilities.Union((manifest.Capabilities ?? []).Select(EnumWords.Parse<Capability>).OfType<Capability>()).ToHashSet(),
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
        Disk = new(path, shape.Format, shape.SectorBytes),
        Sha256 = sha256,
        Architecture = entry?.Architecture ?? "x86_64",
        Firmware = entry?.Firmware ?? FirmwareKind.Uefi,
        Provisioning = entry?.Provisioning ?? ProvisioningKind.CloudInit,
        FwCfg = entry?.FwCfg,
        Adapter = entry?.Adapter,
        User = entry?.User ?? "root",
        UserIsGuess = entry is null,
        VirtualSize = shape.VirtualSize,
        ReleaseStarted = entry?.ReleaseStarted?.ToRegex(),
        Units = entry?.Units ?? new Dictionary<UnitRole, string>(),
        LockId = entry?.LockId,
        LockClient = entry?.LockClient,
        ConsoleSays = entry?.ConsoleSays ?? new Dictionary<ConsoleSaying, ConsolePhrase>(),
        Leaves = entry?.Leaves ?? [],
        Capabilities = entry?.Capabilities ?? new HashSet<Capability>(),
        ConsoleFaults = entry?.ConsoleFaults ?? [],
    };

    private static string Neighbour(string path)
    {
        var folder = Path.GetDirectoryName(path);
        if (folder is null || !Directory.Exists(folder))
            return $"; its folder does not exist either";
        return Spelling.Hint(Path.GetFileName(path), Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)!).Take(1000));
    }

    /// <summary>Refuses a release of an entry that has another, fixed one.</summary>
    private static CatalogEntry Fixed(CatalogEntry entry, string? release) =>
        release is null || release == entry.Release
            ? entry
            : throw new InputException($"image '{entry.Name}' is {(entry.Release is null ? "of no named release" : $"release {entry.Release}")} in the catalog, not {release}; write '{entry.Name}'");

    private InputException Unknown(string name) => new(
        $"no image is named '{name}' in {catalog.Path}; expected one of {string.Join(", ", catalog.Entries.Select(entry => entry.Name))}, or a path with a slash"
        + Spelling.Hint(name, catalog.Entries.Select(entry => entry.Name)));
}
