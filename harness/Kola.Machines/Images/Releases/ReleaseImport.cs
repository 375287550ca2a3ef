using System.Text.Json;
using System.Text.RegularExpressions;
using CliWrap;
using Kola.Machines.Files;
using Kola.Machines.Images.Downloads;

namespace Kola.Machines.Images.Releases;

/// <summary>A stranger's build, as it is to become a release's folder. What is left out is found out.</summary>
/// <param name="Disk">A disk image, raw or qcow2.</param>
/// <param name="Artifacts">Update files: <c>KIND=FILE</c>, or the file alone where its name tells the kind.</param>
/// <param name="Manifests">Manifests and signatures to serve with them. None: <c>SHA256SUMS</c> and <c>SHA256SUMS.gpg</c> from beside the artifacts, where they are.</param>
/// <param name="Output">The folder to make; it must not exist.</param>
public sealed record ReleaseImportRequest(string Disk, IReadOnlyList<string> Artifacts, IReadOnlyList<string> Manifests, string Image, string Output)
{
    /// <summary><see langword="null"/>: by the names of the artifacts.</summary>
    public string? Version { get; init; }

    /// <summary><see langword="null"/>: by the partition table.</summary>
    public FirmwareKind? Firmware { get; init; }
}

/// <summary>Makes a release's folder of a disk image and update files that no recipe of this checkout built.</summary>
public static partial class ReleaseImport
{
    /// <summary>Kinds by the ends of names, as builds of the known families write them.</summary>
    private static readonly (string End, string Kind)[] Kinds = [(".raucb", "bundle"), ("_update.gz", "update"), (".efi", "uki"), (".usr-verity.", "usr-verity"), (".usr.", "usr")];

    [GeneratedRegex(@"^[^_]+_(?<version>[^_]+?)(?:\+\d+(?:-\d+)?)?\.(?:raucb|efi|usr-verity\..+|usr\..+)\z")]
    private static partial Regex Named { get; }

    /// <exception cref="InputException">Something cannot be found out, or contradicts itself.</exception>
    /// <exception cref="HostException">A file is missing or not what it should be.</exception>
    public static async Task<ReleaseManifest> RunAsync(ReleaseImportRequest request, CancellationToken cancellation)
    {
        if (Directory.Exists(request.Output) || File.Exists(request.Output))
            throw new InputException($"{request.Output} exists already; give another folder with --output");
        var shape = await DiskProbe.ProbeAsync(request.Disk, cancellation);
        var survey = await PartitionSurvey.ReadAsync(request.Disk, shape, cancellation);
        var artifacts = request.Artifacts.Select(Artifact).ToList();
        foreach (var file in artifacts.Select(artifact => artifact.Path).Prepend(request.Disk))
            await PublishedFiles.CheckAsync(file, cancellation);
        var manifests = request.Manifests is [] ? Beside(artifacts) : [.. request.Manifests.Select(Whole)];
        var work = $"{Path.GetFullPath(request.Output).TrimEnd('/')}.{Guid.NewGuid():N}.tmp";
        try
        {
            Directory.CreateDirectory(work);
            var disk = await CopyAsync(request.Disk, work, $"disk.{(shape.Format is DiskFormat.Raw ? "raw" : "qcow2")}", cancellation);
            List<ReleaseArtifact> copied = [];
            foreach (var (kind, path) in artifacts)
            {
                var file = await CopyAsync(path, work, Path.GetFileName(path), cancellation);
                copied.Add(new(file.Name, kind, file.Length, file.Sha256));
            }

            foreach (var manifest in manifests)
                await CopyAsync(manifest, work, Path.GetFileName(manifest), cancellation);
            var release = new ReleaseManifest
            {
                Schema = 1,
                Image = request.Image,
                Version = request.Version ?? PublishedFiles.VersionBeside(artifacts.Select(artifact => artifact.Path)) ?? VersionOf(copied),
                Architecture = survey.Architecture ?? "x86_64",
                Firmware = (request.Firmware ?? survey.Firmware ?? throw new InputException($"{request.Disk} has no EFI system partition and no boot sector; give --firmware uefi or --firmware bios")) is FirmwareKind.Bios ? "bios" : "uefi",
                Disk = new(disk.Name, shape.Format is DiskFormat.Raw ? "raw" : "qcow2", disk.Sha256, shape.VirtualSize),
                Artifacts = copied,
                Manifests = [.. manifests.Select(path => Path.GetFileName(path)!)],
            };
            if (ReleaseLimits.Of(release) is [_, ..] limits)
                throw new InputException(string.Join('\n', limits));
            AtomicFile.Write(Path.Combine(work, ReleaseManifest.FileName), JsonSerializer.SerializeToUtf8Bytes(release, ImagesJson.Default.ReleaseManifest));
            if (await ReleaseCheck.ProblemsAsync(work, cancellation) is { Count: > 0 } problems)
                throw new InputException(string.Join('\n', problems));
            Directory.Move(work, request.Output);
            return release;
        }
        catch
        {
            if (Directory.Exists(work))
                Directory.Delete(work, recursive: true);
            throw;
        }
    }

    private static (string Kind, string Path) Artifact(string given)
    {
        var (kind, path) = given.Split('=', 2) is [var written, var file] && !written.Contains('/', StringComparison.Ordinal) ? (written, file) : (null, given);
        var name = Path.GetFileName(path);
        kind ??= Kinds.FirstOrDefault(known => known.End[^1] == '.' ? name.Contains(known.End, StringComparison.Ordinal) : name.EndsWith(known.End, StringComparison.Ordinal)).Kind;
        return kind is { Length: > 0 } ? (kind, Whole(path)) : throw new InputException($"--artifact {given}: the name does not tell what it is; write KIND=FILE, such as usr={name}");
    }

    private static string Whole(string path) => File.Exists(path) ? path : throw new InputException($"{path} does not exist; check the path");

    /// <summary>Only where <c>SHA256SUMS</c> names every artifact: else it is of other files.</summary>
    private static IReadOnlyList<string> Beside(IReadOnlyList<(string Kind, string Path)> artifacts)
    {
        var folders = artifacts.Select(artifact => Path.GetDirectoryName(Path.GetFullPath(artifact.Path))!).Distinct();
        var folder = folders.FirstOrDefault(folder => Path.Combine(folder, ReleaseManifest.UsualManifests[0]) is var sums && File.Exists(sums)
            && File.ReadAllText(sums) is var text && artifacts.All(artifact => ChecksumFile.Find(text, Path.GetFileName(artifact.Path)) is not null));
        return folder is null ? [] : [.. ReleaseManifest.UsualManifests.Select(name => Path.Combine(folder, name)).Where(File.Exists)];
    }

    /// <summary>What all names say.</summary>
    internal static string VersionOf(IReadOnlyList<ReleaseArtifact> artifacts)
    {
        var versions = artifacts.Select(artifact => Named.Match(artifact.File)).Where(match => match.Success).Select(match => match.Groups["version"].Value).Distinct().ToList();
        return versions switch
        {
            [var only] => only,
            [] => throw new InputException("the artifacts' names hold no version, as in my-os_41.usr.raw; give --version"),
            _ => throw new InputException($"the artifacts' names hold the versions {string.Join(" and ", versions)}; give --version, or files of one release"),
        };
    }

    private static async Task<(string Name, long Length, string Sha256)> CopyAsync(string source, string folder, string name, CancellationToken cancellation)
    {
        var target = Path.Combine(folder, name);
        if (File.Exists(target))
            throw new InputException($"two files are named {name}; a release's files lie in one folder: rename one");
        // Holes stay holes, and a file system that can shares the blocks.
        await Cli.Wrap("cp").WithArguments(["--reflink=auto", "--sparse=always", "--", source, target]).ExecuteAsync(cancellation);
        return (name, new FileInfo(target).Length, await FileDigest.Sha256OfAsync(target, cancellation));
    }
}
