using System.Text.RegularExpressions;
using Kola.Machines.AdapterPrograms;
using Kola.Machines.Capabilities;
using Kola.Machines.Images.Catalog;

namespace Kola.Machines.Images;

/// <summary>An image that is on this host, whole, with its digest checked.</summary>
public sealed record ResolvedImage
{
    /// <summary>The catalog's name, or the file's name for a path.</summary>
    public required string Name { get; init; }

    /// <summary>The release's version (<c>IMAGE_VERSION</c> of a recipe); <see langword="null"/> when nobody says it.</summary>
    public string? Release { get; init; }

    public required DiskImage Disk { get; init; }

    /// <summary>SHA-256 of the disk image file (after decompression), lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>As <c>uname -m</c> says it, such as <c>x86_64</c>.</summary>
    public required string Architecture { get; init; }

    public required FirmwareKind Firmware { get; init; }

    public required ProvisioningKind Provisioning { get; init; }

    /// <summary>See <see cref="CatalogEntry.FwCfg"/>.</summary>
    public string? FwCfg { get; init; }

    /// <summary>The guest adapter's name; <see langword="null"/> when nothing is known of the guest.</summary>
    public string? Adapter { get; init; }

    /// <summary>The program that is the guest adapter, where the catalog names one by its path.</summary>
    public AdapterProgram? AdapterProgram { get; init; }

    /// <summary>The user to log in as.</summary>
    public required string User { get; init; }

    /// <summary>Whether nobody said whom to log in as, so that several are tried: <see cref="Ssh.LoginUsers"/>.</summary>
    public bool UserIsGuess { get; init; }

    /// <summary>The size in bytes that the guest sees.</summary>
    public required long VirtualSize { get; init; }

    /// <summary>The folder of a built release (disk, update artifacts, <c>release.json</c>).</summary>
    public string? ReleaseFolder { get; init; }

    /// <inheritdoc cref="Catalog.CatalogEntry.ReleaseStarted"/>
    public Regex? ReleaseStarted { get; init; }

    /// <inheritdoc cref="Catalog.CatalogEntry.Units"/>
    public IReadOnlyDictionary<UnitRole, string> Units { get; init; } = new Dictionary<UnitRole, string>();

    /// <inheritdoc cref="Catalog.CatalogEntry.LockId"/>
    public string? LockId { get; init; }

    /// <inheritdoc cref="Catalog.CatalogEntry.LockClient"/>
    public LockClient? LockClient { get; init; }

    /// <inheritdoc cref="Catalog.CatalogEntry.ConsoleSays"/>
    public IReadOnlyDictionary<ConsoleSaying, ConsolePhrase> ConsoleSays { get; init; } = new Dictionary<ConsoleSaying, ConsolePhrase>();

    /// <inheritdoc cref="Catalog.CatalogEntry.Leaves"/>
    public IReadOnlyList<LeftoverPlace> Leaves { get; init; } = [];

    /// <summary>What its makers say it can; empty for an image without a catalog entry.</summary>
    public IReadOnlySet<Capability> Capabilities { get; init; } = new HashSet<Capability>();

    /// <summary>Console patterns that end a wait at once, besides Kola's own.</summary>
    public IReadOnlyList<ConsoleFault> ConsoleFaults { get; init; } = [];
}
