using Kola.Machines;
using Kola.Machines.Files;
using Kola.Machines.Images.Releases;
using Kola.Results.Gate.Records;

namespace Kola.Cli.Gating;

/// <summary>The files of a release: what a record answers for.</summary>
/// <param name="Folder">Absolute.</param>
internal sealed record ReleaseFiles(string Folder)
{
    /// <summary>Every file of the folder by its digest: whatever of them is published, the record answers for it.</summary>
    /// <exception cref="HostException">The folder holds no whole release any more.</exception>
    public async Task<IReadOnlyList<Resource>> SubjectsAsync(CancellationToken cancellation)
    {
        _ = ReleaseManifest.Read(Folder);
        List<Resource> subjects = [];
        foreach (var file in Directory.EnumerateFiles(Folder).Where(f => !Path.GetFileName(f).StartsWith('.')).Order(StringComparer.Ordinal))
            subjects.Add(Resource.Of(Path.GetFileName(file), await FileDigest.Sha256OfAsync(file, cancellation)));
        return subjects;
    }
}
