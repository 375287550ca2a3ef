using System.ComponentModel;
using Kola.Machines.Capabilities;
using Kola.Yaml;
using Kola.Yaml.Binding;
using Kola.Yaml.Nodes;
using Kola.Yaml.Shapes;
using AllowedValuesAttribute = System.ComponentModel.DataAnnotations.AllowedValuesAttribute;

namespace Kola.Machines.Images.Catalog;

/// <summary>An image as the catalog writes it: where it comes from, then what it is.</summary>
[ExactlyOneOf("build", "file", "url")]
[ExactlyOneOf("sha256", "sha512", "checksums", With = "url")]
[OnlyWith("url", "signature")]
public sealed record ImageDefinition : IChecked
{
    [Description("What the image is, in one line.")]
    public string? Summary { get; init; }

    [Description("The release's version, where the source is one fixed release."), Example("4593.2.4")]
    public string? Release { get; init; }

    [Description("The image is built here, in any number of releases."), Example("{ recipe: kola-os }")]
    public BuildDefinition? Build { get; init; }

    [Description("The image is a file on this host: its path, relative to the catalog's folder."), Format("^.+$", "a path")]
    public string? File { get; init; }

    [Description("The image is downloaded from here and cached. Exactly one of sha256, sha512 and checksums goes with it."), Example("https://example.org/image.qcow2.xz")]
    public Uri? Url { get; init; }

    [Description("SHA-256 of the file as it is served, before decompression."), Format("^[0-9a-fA-F]{64}$", "64 hex digits")]
    public string? Sha256 { get; init; }

    [Description("SHA-512 of the file as it is served, before decompression."), Format("^[0-9a-fA-F]{128}$", "128 hex digits")]
    public string? Sha512 { get; init; }

    [Description("Address of a checksum file published beside the image, in the format of sha256sum."), Example("https://example.org/SHA256SUMS")]
    public Uri? Checksums { get; init; }

    [Description("Detached OpenPGP signature of the image or of the checksum file.")]
    public SignatureDefinition? Signature { get; init; }

    [Description("As 'uname -m' prints it."), OneOf(typeof(ImageDefinition), nameof(Architectures))]
    public required string Architecture { get; init; }

    [Description("Firmware that the image boots with."), AllowedValues(FirmwareKind.Uefi, FirmwareKind.Bios)]
    public required FirmwareKind Firmware { get; init; }

    [Description("How the image takes its first configuration.")]
    public required ProvisioningKind Provisioning { get; init; }

    /// <remarks>QEMU takes names of up to 55 bytes, and asks for the prefix (docs/specs/fw_cfg.rst of QEMU). A comma would begin another option.</remarks>
    [Description("Name in fw_cfg by which the guest's Ignition looks for its config. Default: the one that Ignition's qemu platform uses."), Example("opt/org.flatcar-linux/config"), Key("fwCfg")]
    [Format("^opt/[A-Za-z0-9/._-]{1,51}$", "opt/ and at most 51 letters, digits, dots, dashes and slashes more")]
    public string? FwCfg { get; init; }

    [Description("Guest adapter: how the guest is asked for its release. A name, or the path of an adapter program, relative to the catalog's folder: it begins with ./ or / (harness/Kola.Machines/Guests/README.md)."), Example("systemd-sysupdate"), Example("./my-adapter")]
    [Format(AdapterReference.Pattern, AdapterReference.Form)]
    public required string Adapter { get; init; }

    [Description("User to log in as over SSH."), Format(@"^\S+$", "the user to log in as")]
    public required string User { get; init; }

    [Description("Regular expression of the console line by which each boot names the release that it starts and the boot loader's entry, before anything of it runs: groups 'release' and 'entry'.")]
    [Key("releaseStarted"), Example(@"'starting (?<release>\S+) from (?<entry>\S+)'")]
    public LinearPattern? ReleaseStarted { get; init; }

    [Description("Console lines of this image that end a wait at once."), Key("consoleFaults")]
    public IReadOnlyList<ConsoleFaultDefinition> ConsoleFaults { get; init; } = [];

    [Description("Names of units by what they are for, where the adapter does not know them."), Example("{ health: my-os-health.service }")]
    [Format(UnitRoles.Keys, UnitRoles.Expected, Keys = true), Format(@"^\S+\.[a-z]+$", "the full name of a unit, such as my-os-health.service")]
    public IReadOnlyDictionary<string, string> Units { get; init; } = new Dictionary<string, string>();

    [Description("Command that prints the id by which the OS's reboot agent asks for a slot, for images that have one."), Key("lockId"), Format(@"\S", "a command")]
    [Example("systemd-id128 machine-id --app-specific=de35106b6ec24688b63afddaa156679b")]
    public string? LockId { get; init; }

    [Description("The file by which the OS's reboot agent is told which FleetLock server it asks, and in which group; Kola writes it to machines with a 'reboot-group'."), Key("lockClient")]
    public LockClient? LockClient { get; init; }

    [Description("Console lines of this image by what they report: regular expressions, in which {release}, {from} and {to} stand for versions.")]
    [Key("consoleSays"), Example("{ rollback-reported: 'my-os: release {release} failed; running {to}' }"), Format(ConsoleSayings.Keys, ConsoleSayings.Expected, Keys = true)]
    public IReadOnlyDictionary<string, ConsolePhrase> ConsoleSays { get; init; } = new Dictionary<string, ConsolePhrase>();

    [Description("What a release of this image that failed and was left may leave on the disk, besides what its adapter knows.")]
    public IReadOnlyList<LeftoverDefinition> Leaves { get; init; } = [];

    [Description("What the OS can, so that scenarios which need it are proof of it. harness/Kola.Machines/Capabilities says what each word means.")]
    [Example("[self-update, automatic-rollback, signed-updates]")]
    public IReadOnlyList<Capability> Capabilities { get; init; } = [];

    /// <summary>What <see cref="Architecture"/> can be.</summary>
    public static IReadOnlyList<string> Architectures { get; } = ["x86_64", "aarch64"];

    /// <inheritdoc/>
    public bool CheckKeys(YamlMapping written, BindingContext context)
    {
        var whole = true;
        if (Build is not null && Release is not null)
            Refuse("release", "an image that is built has many releases; remove 'release', and name one where the image is used, as in kola-os:1");
        if (FwCfg is not null && written.Find("provisioning") is not null && Provisioning is not ProvisioningKind.Ignition)
            Refuse("fwCfg", "'fwCfg' applies only to Ignition; remove it, or set 'provisioning: ignition'");
        if (ReleaseStarted is { } pattern && !(pattern.HasGroup("release") && pattern.HasGroup("entry")))
            Refuse("releaseStarted", @"expected the groups 'release' and 'entry', as in 'starting (?<release>\S+) from (?<entry>\S+)'");
        if (Signature is { Of: SignedFile.Checksums } && Checksums is null && Url is not null)
            Refuse("signature", "'of: checksums' needs a checksum file; set 'of: image', or 'checksums' instead of a fixed digest");
        if (written.Find("adapter") is not null && AdapterReference.WhyNoPath(Adapter) is { } noPath)
            Refuse("adapter", noPath);
        else
            CheckCapabilities();
        return whole;

        void CheckCapabilities()
        {
            if (Capabilities is [] || written.Find("adapter") is null)
                return;
            if (AdapterReference.Capabilities(Adapter) is not { } supported)
                Refuse("adapter", $"there is no guest adapter '{Adapter}', so no capability can be shown; {AdapterReference.Known(Adapter)}");
            else if (Capabilities.Where(capability => !supported.Contains(capability)).ToList() is { Count: > 0 } foreign)
                Refuse("capabilities", $"adapter {Adapter} cannot show {Words(foreign)}; remove {(foreign.Count == 1 ? "it" : "them")}, or use an adapter that can");
            if (Capabilities.GroupBy(capability => capability).Where(same => same.Count() > 1).Select(same => same.Key).ToList() is { Count: > 0 } twice)
                Refuse("capabilities", $"duplicate {Words(twice)}; write each capability once");
            if (Firmware is FirmwareKind.Bios && written.Find("firmware") is not null && Capabilities.Contains(Capability.Uefi))
                Refuse("capabilities", "an image with 'firmware: bios' cannot have uefi; remove it, or set 'firmware: uefi'");
        }

        void Refuse(string key, string message)
        {
            context.Report((written.Find(key) ?? written).Location, message);
            whole = false;
        }

        static string Words(IEnumerable<Capability> capabilities) => string.Join(", ", capabilities.Select(capability => capability.Word()));
    }
}

/// <summary>How an image is built here.</summary>
public sealed record BuildDefinition
{
    [Description("Folder beside the catalog that holds the program 'build'."), Format("^.+$", "the name of a folder beside the catalog that holds 'build'")]
    public required string Recipe { get; init; }
}

/// <summary>A detached OpenPGP signature, as the catalog writes it.</summary>
public sealed record SignatureDefinition
{
    [Description("Address of the signature.")]
    public required Uri Url { get; init; }

    [Description("Path of the public key's file, armoured or binary, relative to the catalog's folder."), Format("^.+$", "the path of a public key")]
    public required string Key { get; init; }

    [Description("What is signed. Default: image.")]
    public SignedFile Of { get; init; } = SignedFile.Image;
}

/// <summary>A console line that reports a failure, as the catalog writes it.</summary>
public sealed record ConsoleFaultDefinition
{
    [Description("Name in results and in 'allow' lists."), Format("^.+$", "a name")]
    public required string Name { get; init; }

    [Description("Regular expression that matches the line.")]
    public required LinearPattern Regex { get; init; }
}
