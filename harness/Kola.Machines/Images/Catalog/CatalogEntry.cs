using System.Text.RegularExpressions;
using Kola.Machines.Capabilities;
using Kola.Machines.Files;
using Kola.Yaml;

namespace Kola.Machines.Images.Catalog;

/// <summary>One image of the catalog: how to get it, and what it is.</summary>
public sealed record CatalogEntry
{
    public required string Name { get; init; }

    public required ImageSource Source { get; init; }

    /// <summary>As <c>uname -m</c> says it: <c>x86_64</c> or <c>aarch64</c>.</summary>
    public required string Architecture { get; init; }

    public required FirmwareKind Firmware { get; init; }

    public required ProvisioningKind Provisioning { get; init; }

    /// <summary>Where the guest's Ignition looks for its config in fw_cfg; <see langword="null"/> where Ignition's qemu platform does.</summary>
    public string? FwCfg { get; init; }

    /// <summary>The guest adapter's name, such as <c>systemd-sysupdate</c>, or the path of an adapter program (<see cref="AdapterPrograms.AdapterProgram.IsPath"/>).</summary>
    public required string Adapter { get; init; }

    /// <summary>The user to log in as.</summary>
    public required string User { get; init; }

    /// <summary>The release's version, where the source is one fixed release.</summary>
    public string? Release { get; init; }

    /// <summary>What the image is, in one line.</summary>
    public string? Summary { get; init; }

    /// <summary>The console line by which each boot names the release that it starts, and as which entry, before anything of it runs: groups <c>release</c> and <c>entry</c>.</summary>
    public LinearPattern? ReleaseStarted { get; init; }

    /// <summary>Console patterns of this image that end a wait at once.</summary>
    public IReadOnlyList<ConsoleFault> ConsoleFaults { get; init; } = [];

    /// <summary>Units of this image by what they are for; they count before those that its adapter knows.</summary>
    public IReadOnlyDictionary<UnitRole, string> Units { get; init; } = new Dictionary<UnitRole, string>();

    /// <summary>A command that prints the id by which its reboot agent asks for a slot.</summary>
    public string? LockId { get; init; }

    /// <summary>How its reboot agent learns of a FleetLock server; <see langword="null"/>: it has none.</summary>
    public LockClient? LockClient { get; init; }

    /// <summary>What this image reports on its console, by what it means.</summary>
    public IReadOnlyDictionary<ConsoleSaying, ConsolePhrase> ConsoleSays { get; init; } = new Dictionary<ConsoleSaying, ConsolePhrase>();

    /// <summary>What a release that failed and was left may leave on the disk, besides what the adapter knows.</summary>
    public IReadOnlyList<LeftoverPlace> Leaves { get; init; } = [];

    /// <summary>What its makers say it can.</summary>
    public IReadOnlySet<Capability> Capabilities { get; init; } = new HashSet<Capability>();

    /// <param name="name">Its key in the catalog.</param>
    /// <param name="image">As the catalog writes it; valid.</param>
    /// <param name="folder">The catalog's folder, absolute.</param>
    internal static CatalogEntry From(string name, ImageDefinition image, string folder) => new()
    {
        Name = name,
        Source = ImageSource.From(image, folder),
        Architecture = image.Architecture,
        Firmware = image.Firmware,
        Provisioning = image.Provisioning,
        FwCfg = image.FwCfg,
        Adapter = image.Adapter,
        User = image.User,
        Release = image.Release,
        Summary = image.Summary,
        ReleaseStarted = image.ReleaseStarted,
        Units = image.Units.ToDictionary(unit => EnumWords.Parse<UnitRole>(unit.Key)!.Value, unit => unit.Value),
        LockId = image.LockId,
        LockClient = image.LockClient,
        ConsoleSays = image.ConsoleSays.ToDictionary(line => EnumWords.Parse<ConsoleSaying>(line.Key)!.Value, line => line.Value),
        Leaves = [.. image.Leaves.Select(place => new LeftoverPlace(place.What, place.Where, place.Because))],
        Capabilities = image.Capabilities.ToHashSet(),
        ConsoleFaults = [.. image.ConsoleFaults.Select(fault => new ConsoleFault(fault.Name, fault.Regex))],
    };
}

/// <summary>How an image takes its first configuration.</summary>
public enum ProvisioningKind { Ignition, CloudInit, Credentials, None }

/// <summary>A console line that tells of a failure.</summary>
/// <param name="Name">How results and <c>allow</c> lists name it.</param>
/// <param name="Written">The pattern of such a line.</param>
public sealed record ConsoleFault(string Name, LinearPattern Written)
{
    /// <summary>Built when a machine needs it: the catalog is read at every start of Kola, and these expressions are dear to build.</summary>
    public Regex Pattern => Written.ToRegex();
}

/// <summary>Where an image comes from.</summary>
public abstract record ImageSource
{
    private ImageSource() { }

    internal static ImageSource From(ImageDefinition image, string folder) => image switch
    {
        { Build: { } build } => new Build(build.Recipe),
        { File: { } file } => new File(Path.GetFullPath(file, folder)),
        _ => new Url(image.Url!, ExpectedDigest.From(image), image.Signature is { } signature ? new(signature.Url, Path.GetFullPath(signature.Key, folder), signature.Of) : null),
    };

    /// <summary>Built here by <c>images/RECIPE/build</c>, in any number of releases.</summary>
    public sealed record Build(string Recipe) : ImageSource;

    /// <summary>A file on this host.</summary>
    /// <param name="Path">Absolute; the catalog's relative paths start at its own folder.</param>
    public sealed record File(string Path) : ImageSource;

    /// <summary>Downloaded and cached.</summary>
    public sealed record Url(Uri Address, ExpectedDigest Digest, SignatureSource? Signature) : ImageSource;
}

/// <summary>How the downloaded file's digest is known.</summary>
public abstract record ExpectedDigest
{
    private ExpectedDigest() { }

    internal static ExpectedDigest From(ImageDefinition image) => image switch
    {
        { Sha256: { } hex } => new Pinned(new("sha256", hex.ToLowerInvariant())),
        { Sha512: { } hex } => new Pinned(new("sha512", hex.ToLowerInvariant())),
        _ => new Published(image.Checksums!),
    };

    /// <summary>Pinned in the catalog.</summary>
    public sealed record Pinned(FileDigest Value) : ExpectedDigest;

    /// <summary>Read from a checksum file published beside the image, in the format of <c>sha256sum</c>.</summary>
    public sealed record Published(Uri Address) : ExpectedDigest;
}

/// <summary>A detached OpenPGP signature.</summary>
/// <param name="KeyPath">The public key's file, armoured or binary. Absolute.</param>
/// <param name="Of">What is signed.</param>
public sealed record SignatureSource(Uri Address, string KeyPath, SignedFile Of);

/// <summary>What a signature covers: the downloaded image or the published checksum file.</summary>
public enum SignedFile { Image, Checksums }
