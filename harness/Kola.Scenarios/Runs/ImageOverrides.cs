using Kola.Machines;
using Kola.Scenarios.Model;

namespace Kola.Scenarios.Runs;

/// <summary>Which image a scenario boots when the caller gives another: <c>kola-os:1=OTHER</c> stands for that release, <c>kola-os=OTHER</c> for every one.</summary>
internal static class ImageOverrides
{
    /// <summary>The override that concerns an image, the more exact one first; <see langword="null"/> when none does.</summary>
    /// <param name="image">As the scenario names it, such as <c>kola-os:1</c>.</param>
    public static string? Key(IReadOnlyDictionary<string, string> overrides, string image) =>
        overrides.ContainsKey(image) ? image
        : image.Split(':', 2)[0] is var name && overrides.ContainsKey(name) ? name
        : null;

    /// <summary>Those that concern any of the images.</summary>
    public static IReadOnlyDictionary<string, string> Of(IReadOnlyDictionary<string, string> overrides, IReadOnlyCollection<string> images) =>
        overrides.Where(pair => images.Any(image => Key(overrides, image) == pair.Key)).ToDictionary();

    /// <exception cref="InputException">One concerns no image of the run, or names nothing: the run would boot what was not meant.</exception>
    public static void Check(IReadOnlyDictionary<string, string> overrides, IReadOnlyCollection<string> images)
    {
        foreach (var (name, other) in overrides)
        {
            if (other.Length == 0)
                throw new InputException($"no image is given instead of '{name}'; expected a catalog name, NAME:RELEASE or a path with a slash");
            if (ReleaseRoles.IsRole(name))
                throw new InputException($"'{name}' is a role; give its release by --{ReleaseRoles.RoleOf(name)} DIR instead of --image");
            if (images.All(image => Key(overrides, image) != name))
                throw new InputException($"no selected scenario boots '{name}', so '{other}' would not be booted; expected one of {string.Join(", ", images.Order(StringComparer.Ordinal))}");
        }
    }
}
