using Kola.Machines;
using Kola.Machines.Images.Catalog;
using Kola.Machines.Images.Releases;
using Kola.Results.Events;
using Kola.Scenarios.Model;

namespace Kola.Scenarios.Runs;

/// <summary>Which releases whoever runs Kola wants in which roles. What is not said is taken from the image catalog, where it goes with what is.</summary>
public sealed record RoleRequest
{
    /// <summary>As <see cref="NamedRelease.Of"/> takes it, like the others.</summary>
    public string? Previous { get; init; }

    public string? Candidate { get; init; }

    public string? Next { get; init; }

    public IReadOnlyList<string> Oldest { get; init; } = [];

    /// <summary>Decides. No image is looked for: versions are known by manifests and names.</summary>
    /// <exception cref="InputException">A release is not one, or an older release is not older.</exception>
    public ReleaseRoles Cast(ImageCatalog catalog)
    {
        var candidate = Given(ReleaseRole.Candidate, Candidate, catalog) ?? Default(ReleaseRole.Candidate, catalog).FirstOrDefault();
        var previous = Given(ReleaseRole.Previous, Previous, catalog) ?? Default(ReleaseRole.Previous, catalog).FirstOrDefault(release => Fits(release, candidate, -1));
        var next = Given(ReleaseRole.Next, Next, catalog) ?? Default(ReleaseRole.Next, catalog).FirstOrDefault(release => Fits(release, candidate, 1)) ?? After(candidate, catalog);
        Part[] oldest = Oldest is not [] ? [.. Oldest.Select(one => Given(ReleaseRole.Oldest, one, catalog)!)] : [.. Default(ReleaseRole.Oldest, catalog).Where(release => Fits(release, candidate, -1))];
        Part[] parts = [.. oldest, .. new[] { previous, candidate, next }.OfType<Part>()];
        foreach (var part in parts.Where(part => part != candidate && candidate is not null))
            Check(part, candidate!);
        return new([.. parts.DistinctBy(part => (part.Role, part.Release.Version)).Select(part => new PlayedRole(part.Role, part.Release.Reference, part.Release.Version, part.Given) { Made = part.Made })]);
    }

    private static Part? Given(string role, string? reference, ImageCatalog catalog)
    {
        try
        {
            return reference is null ? null : new(role, NamedRelease.Of(reference, catalog), Given: true);
        }
        catch (InputException e)
        {
            throw new InputException($"--{role} {reference}: {e.Message}", e);
        }
    }

    private static IEnumerable<Part> Default(string role, ImageCatalog catalog) =>
        catalog.Roles.GetValueOrDefault(role, []).Select(reference => new Part(role, NamedRelease.Of(reference, catalog), Given: false));

    /// <summary>Whether the catalog's release goes with the candidate that was given.</summary>
    private static bool Fits(Part part, Part? candidate, int order) =>
        candidate is null || (part.Release.Image == candidate.Release.Image && Math.Sign(VersionOrder.Instance.Compare(part.Release.Version, candidate.Release.Version)) == order);

    /// <summary>What a recipe can make of the candidate.</summary>
    private static Part? After(Part? candidate, ImageCatalog catalog) =>
        candidate is not null && catalog.Find(candidate.Release.Image) is { Source: ImageSource.Build } && NextVersion.After(candidate.Release.Version) is var version
            ? new(ReleaseRole.Next, new(candidate.Release.Image, version, $"{candidate.Release.Image}:{version}"), Given: false) { Made = candidate.Release }
            : null;

    private static void Check(Part part, Part candidate)
    {
        var (order, word) = part.Role == ReleaseRole.Next ? (1, "newer") : (-1, "older");
        if (part.Release.Image != candidate.Release.Image)
            throw new InputException($"--{part.Role}: {part.Release.Reference} is a release of {part.Release.Image}, and the candidate is one of {candidate.Release.Image}; expected two of one image");
        if (Math.Sign(VersionOrder.Instance.Compare(part.Release.Version, candidate.Release.Version)) != order)
            throw new InputException($"--{part.Role}: version {part.Release.Version} is not {word} than the candidate's, {candidate.Release.Version}; expected one that is (order of versions: UAPI.10)");
    }

    private sealed record Part(string Role, NamedRelease Release, bool Given)
    {
        public NamedRelease? Made { get; init; }
    }
}
