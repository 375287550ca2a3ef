using Kola.Machines.Guests;
using Kola.Machines.Images;
using Kola.Machines.Images.Releases;
using Kola.Scenarios.Live;
using Kola.Scenarios.Services;
using Kola.Yaml;

namespace Kola.Scenarios.Steps.Update;

/// <summary>The update files of a release, by what its family calls them.</summary>
/// <param name="Image">The release.</param>
/// <param name="Manifest">Its <c>release.json</c>.</param>
internal sealed record ServedFiles(ResolvedImage Image, ReleaseManifest Manifest)
{
    /// <summary>The names of files that a path in a scenario means; <see langword="null"/>: the family has no such file.</summary>
    /// <param name="path">What a file is for (<see cref="ArtifactRole"/>), or a name in which * stands for any characters.</param>
    public ServedName? Find(string path)
    {
        var guest = MachineMapping.Adapter(Image) as IUpdatingGuest;
        if (EnumWords.Parse<ArtifactRole>(path) is { } role)
            return guest?.Holding(role, Manifest) is { } pattern ? new(pattern, guest.Artifacts[role].Streamed) : null;
        return new(path);
    }

    /// <inheritdoc cref="Find"/>
    /// <exception cref="NotProvenException">The family has no such file.</exception>
    public string Named(string path) => Find(path)?.Pattern
        ?? throw new NotProvenException($"the updates of {Image.Name} ({Image.Adapter}) have no file that is the {path}, so nothing can be shown by it");
}
