using Kola.Machines;
using Kola.Machines.Images;
using Kola.Scenarios.Model;

namespace Kola.Scenarios.Runs;

/// <summary>Whether a case applies to the releases that play the roles.</summary>
/// <param name="Applies"><see langword="null"/>: that is not known, as its image is not on this host.</param>
/// <param name="Reason">Why it does not, or why that is not known; <see langword="null"/>: it applies.</param>
public sealed record ReleaseFit(bool? Applies, string? Reason)
{
    /// <summary>Asks what a run would ask before it starts. Nothing is started, downloaded or built.</summary>
    /// <param name="cases">With the releases in their roles.</param>
    /// <param name="images">Which builds nothing that is missing.</param>
    /// <returns>By the cases' ids.</returns>
    /// <exception cref="InputException">A release, or the catalog's entry of it, is wrong.</exception>
    public static async Task<IReadOnlyDictionary<string, ReleaseFit>> OfAsync(IReadOnlyList<ScenarioCase> cases, ImageStore images, CancellationToken cancellation)
    {
        var names = cases.Where(one => RoleCasting.Vacant(one) is null).SelectMany(one => one.ImageNames).ToHashSet();
        var judged = new Dictionary<string, Judged>();
        var fits = new Dictionary<string, ReleaseFit>();
        foreach (var one in cases)
        {
            if (RoleCasting.Vacant(one) is { } vacant)
            {
                var role = ReleaseRoles.RoleOf(vacant);
                fits[one.Id] = new(false, $"no release plays the role '{role}'; give --{role} DIR");
                continue;
            }

            var name = Applicability.JudgedName(one, names.Contains);
            if (!judged.TryGetValue(name, out var image))
                judged[name] = image = await FindAsync(one.Scenario.Roles.Find(name)?.Reference ?? name, images, cancellation);
            fits[one.Id] = image.Fit(one);
        }

        return fits;
    }

    private static async Task<Judged> FindAsync(string reference, ImageStore images, CancellationToken cancellation)
    {
        try
        {
            return await images.FindHereAsync(reference, cancellation) is { } image
                ? new(image, Applicability.Without(image), null)
                : new(null, [], $"{reference} is not on this host; see {images.Locations.Program} image list");
        }
        catch (HostException e)
        {
            return new(null, [], e.Message);
        }
    }

    /// <param name="Absent">Why there is no image to ask.</param>
    private sealed record Judged(ResolvedImage? Image, IReadOnlyList<string> Without, string? Absent)
    {
        public ReleaseFit Fit(ScenarioCase one) =>
            Image is null ? new(null, Absent)
            : Applicability.Lacking(one, Image, _ => Without) is [_, ..] lacks ? new(false, string.Join("; ", lacks))
            : new(true, null);
    }
}
