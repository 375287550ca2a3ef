using Kola.Machines.Images.Catalog;
using Kola.Machines.Images.Releases;

namespace Kola.Machines.Images;

/// <summary>How an image is looked up.</summary>
public sealed record ImageStoreOptions
{
    /// <summary>Hash every file, also those whose digest is remembered.</summary>
    public bool Verify { get; init; }
}

/// <summary>Finds the image that a reference names: built, downloaded, or a file.</summary>
public sealed class ImageStore(ImageCatalog catalog, ImageLocations locations, ImageStoreOptions? options = null)
{
    private readonly ImageStoreOptions options = options ?? new();
    private readonly DigestMemory digests = new(Path.Combine(locations.Cache, "digests"));

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
            _ => throw new HostException($"image '{name}' is not downloaded; run: kola image pull {name}"),
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

    /// <summary>A file without a catalog entry is taken for a UEFI cloud image: what most people bring. A scenario can say otherwise.</summary>
    private async Task<ResolvedImage> FileAsync(string path, CatalogEntry? entry, CancellationToken cancellation)
    {
        if (Directory.Exists(path))
            throw new HostException($"{path} is a folder without {ReleaseManifest.FileName}; expected a disk image or a release's folder");
        if (!File.Exists(path))
            throw new HostException($"the image {path} does not exist{Neighbour(path)}");
        var shape = await DiskProbe.ProbeAsync(path, cancellation);
        return new()
        {
            Name = entry?.Name ?? Path.GetFileNameWithoutExtension(path),
            Release = entry?.Release,
            Disk = new(path, shape.Format),
            Sha256 = await digests.Sha256Async(path, options.Verify, cancellation),
            Architecture = entry?.Architecture ?? "x86_64",
            Firmware = entry?.Firmware ?? FirmwareKind.Uefi,
            Provisioning = entry?.Provisioning ?? ProvisioningKind.CloudInit,
            Adapter = entry?.Adapter,
            User = entry?.User ?? "root",
            VirtualSize = shape.VirtualSize,
            ConsoleFaults = entry?.ConsoleFaults ?? [],
        };
    }

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
