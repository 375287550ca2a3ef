using Kola.Machines.Guests;
using Kola.Machines.Images;
using Kola.Machines.Images.Releases;
using Kola.Scenarios.Live;
using Kola.Yaml;

namespace Kola.Scenarios.Steps.Update;

/// <summary>The update files of a release, by what its family calls them.</summary>
/// <param name="Image">The release.</param>
/// <param name="Manifest">Its <c>release.json</c>.</param>
internal sealed record ServedFiles(ResolvedImage Image, ReleaseManifest Manifest)
{
    /// <summary>The names of files that a path in a scenario means.</summary>
    /// <param name="path">What a file is for (<see cref="ArtifactRole"/>), or a name in which * stands for any characters.</param>
    /// <exception cref="NotProvenException">The family has no such file.</exception>
    public string Named(string path) => EnumWords.Parse<ArtifactRole>(path) is not { } role ? path
        : (MachineMapping.Adapter(Image) as IUpdatingGuest)?.Served(role, Manifest)
            ?? throw new NotProvenException($"the updates of {Image.Name} ({Image.Adapter}) have no file that is the {path}, so nothing can be shown by it");
}
