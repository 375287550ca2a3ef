using System.Text.Json;
using Kola.Machines.Capabilities;
using Kola.Machines.Files;
using Kola.Yaml;

namespace Kola.Machines.Images.Releases;

/// <summary>What a built release is: <c>release.json</c> of its folder, written by the recipe (images/README.md).</summary>
public sealed record ReleaseManifest
{
    public const string FileName = "release.json";

    /// <summary>Always 1.</summary>
    public required int Schema { get; init; }

    /// <summary>The image's name, such as <c>kola-os</c>.</summary>
    public required string Image { get; init; }

    /// <summary>The release's version, as <c>IMAGE_VERSION</c> in the guest's os-release.</summary>
    public required string Version { get; init; }

    /// <summary>As <c>uname -m</c> says it.</summary>
    public required string Architecture { get; init; }

    /// <summary><c>uefi</c> or <c>bios</c>.</summary>
    public required string Firmware { get; init; }

    public required ReleaseDisk Disk { get; init; }

    /// <summary>The files that a machine is updated from.</summary>
    public required IReadOnlyList<ReleaseArtifact> Artifacts { get; init; }

    /// <summary>Manifests and signatures that are served with the artifacts. <see langword="null"/>: those of <see cref="UsualManifests"/> that are in the folder.</summary>
    public IReadOnlyList<string>? Manifests { get; init; }

    /// <summary>What this release can besides what its image is said to (images/catalog.yaml), in the words of <see cref="Capability"/>: what comes and goes with a release, such as <c>key-rotation</c>.</summary>
    public IReadOnlyList<string>? Capabilities { get; init; }

    /// <summary>What the recipe built it from; its own words.</summary>
    public JsonElement? BuiltFrom { get; init; }

    /// <summary>The dm-verity root hash of <c>/usr</c>, lower-case hex.</summary>
    public string? Roothash { get; init; }

    /// <summary>What recipes of this checkout write (images/README.md).</summary>
    internal static IReadOnlyList<string> UsualManifests { get; } = ["SHA256SUMS", "SHA256SUMS.gpg"];

    /// <summary>Names of all files that a server of updates offers of this release.</summary>
    /// <param name="folder">The release's folder.</param>
    public IReadOnlyList<string> Served(string folder) => [.. Artifacts.Select(artifact => artifact.File), .. ManifestsIn(folder)];

    /// <summary>The manifests and signatures among them.</summary>
    public IReadOnlyList<string> ManifestsIn(string folder) => Manifests ?? [.. UsualManifests.Where(name => File.Exists(Path.Combine(folder, name)))];

    /// <summary>Reads and checks the shape of <c>release.json</c>. The digests are checked elsewhere: <see cref="ReleaseCheck"/>.</summary>
    /// <exception cref="HostException">It is missing, unreadable or has another shape.</exception>
    public static ReleaseManifest Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            var manifest = JsonSerializer.Deserialize(File.ReadAllBytes(path), ImagesJson.Default.ReleaseManifest)
                ?? throw new JsonException("it is null");
            manifest.Check();
            return manifest;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"{path} cannot be read ({failure.Message}): {folder} is not a whole release; build it again", failure);
        }
        catch (JsonException failure)
        {
            throw new HostException($"{path} is not a release manifest of schema 1 ({failure.Message}); build the release again", failure);
        }
    }

    private void Check()
    {
        static void Require(bool holds, string mistake)
        {
            if (!holds)
                throw new JsonException(mistake);
        }
        // A file of a release lies in the release's folder: a path could point anywhere.
        static void Plain(string file) => Require(file.Length > 0 && Path.GetFileName(file) == file && file is not ("." or ".."), $"'{file}' is not a plain file name");
        static void Digest(string sha256) => Require(FileDigest.Parse("sha256", sha256) is not null, $"'{sha256}' is not a sha256");

        Require(Schema == 1, $"its schema is {Schema}; expected 1");
        Require(Image.Length > 0 && Version.Length > 0, "'image' or 'version' is empty");
        if (ReleaseLimits.Of(this) is [var limit, ..])
            throw new JsonException(limit);
        foreach (var word in Capabilities ?? [])
            Require(EnumWords.Parse<Capability>(word) is not null, $"'{word}' is no capability; 'kola lint' lists the words under 'needs'");
        Require(Firmware is "uefi" or "bios", $"firmware is '{Firmware}'; expected uefi or bios");
        Require(Disk.Format is "raw" or "qcow2", $"the disk's format is '{Disk.Format}'; expected raw or qcow2");
        Require(Disk.VirtualSize > 0, "the disk's virtualSize is not positive");
        Plain(Disk.File);
        Digest(Disk.Sha256);
        foreach (var manifest in Manifests ?? [])
            Plain(manifest);
        foreach (var artifact in Artifacts)
        {
            Require(artifact.Kind.Length > 0, $"'{artifact.File}' has no kind");
            Plain(artifact.File);
            Digest(artifact.Sha256);
            Require(artifact.Size >= 0, $"the size of '{artifact.File}' is negative");
        }
    }
}

/// <summary>The disk image of a release.</summary>
/// <param name="Format"><c>raw</c> or <c>qcow2</c>.</param>
/// <param name="Sha256">Of the file, hex.</param>
/// <param name="VirtualSize">In bytes, as the guest sees it.</param>
public sealed record ReleaseDisk(string File, string Format, string Sha256, long VirtualSize);

/// <summary>A file that a machine is updated from.</summary>
/// <param name="Kind">The recipe's word, such as <c>uki</c>, <c>usr</c>, <c>usr-verity</c>, or any other; <c>bundle</c> is one that carries its signature in itself.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Sha256">Hex.</param>
public sealed record ReleaseArtifact(string File, string Kind, long Size, string Sha256);
