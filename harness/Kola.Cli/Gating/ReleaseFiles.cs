using Kola.Machines;
using Kola.Machines.Files;
using Kola.Machines.Images.Releases;
using Kola.Results.Gate.Records;
using Kola.Scenarios.Gating;

namespace Kola.Cli.Gating;

/// <summary>A release's folder as the gate sees it.</summary>
/// <param name="DiskSha256">Of the disk image, as its manifest says; whoever boots it compares.</param>
internal sealed record ReleaseFiles(GateRelease Release, string DiskSha256)
{
    /// <exception cref="InputException">The folder holds no whole release.</exception>
    public static ReleaseFiles? Of(string? folder, string option)
    {
        if (folder is null)
            return null;
        try
        {
            var manifest = ReleaseManifest.Read(folder);
            return new(new(manifest.Image, manifest.Version, Path.GetFullPath(folder)), manifest.Disk.Sha256.ToLowerInvariant());
        }
        catch (HostException e)
        {
            throw new InputException($"{option} {folder}: {e.Message}");
        }
    }

    /// <summary>Every file of the folder by its digest: whatever of them is published, the record answers for it.</summary>
    public async Task<IReadOnlyList<Resource>> SubjectsAsync(CancellationToken cancellation)
    {
        List<Resource> subjects = [];
        foreach (var file in Directory.EnumerateFiles(Release.Folder).Where(f => !Path.GetFileName(f).StartsWith('.')).Order(StringComparer.Ordinal))
            subjects.Add(Resource.Of(Path.GetFileName(file), await FileDigest.Sha256OfAsync(file, cancellation)));
        return subjects;
    }
}
