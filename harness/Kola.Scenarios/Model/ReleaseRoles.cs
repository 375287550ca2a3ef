using Kola.Machines.Images.Releases;
using Kola.Results.Events;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Model;

/// <summary>
/// The releases that play the roles which scenarios speak of. A role's word is the name of its image, and stands for its version where a
/// release is named; <c>${candidate}</c> is the version within a text.
/// </summary>
/// <remarks>Where no release plays a role, its word stays: such a scenario can be read and shown, and not be run.</remarks>
public sealed class ReleaseRoles
{
    /// <summary>A version alone, not anchored.</summary>
    public const string Version = "[0-9][A-Za-z0-9.~^+-]*";

    /// <summary>A version, or a role's word.</summary>
    public const string VersionPattern = $"^({Version}|previous|candidate|next|oldest)$";

    public const string VersionForm = "previous, candidate, next, oldest, or a version, which begins with a digit";

    /// <summary>What may stand where a release could and is none: states of a slot.</summary>
    private static readonly string[] States = ["empty", "partial", "pending"];

    /// <summary>What must be written where only roles may.</summary>
    internal static IReadOnlyDictionary<string, string> Expected { get; } = new[] { ReleaseWords.Release, ReleaseWords.Image }
        .ToDictionary(noun => noun, _ => $"a role ({string.Join(", ", ReleaseRole.All)}), so that the scenario judges any release; or 'for: IMAGE' at the top of the file where it exists for one image");

    private readonly IReadOnlyList<PlayedRole> played;

    /// <param name="played">Each role at most once, but <c>oldest</c>.</param>
    public ReleaseRoles(IReadOnlyList<PlayedRole> played) => this.played = played;

    /// <summary>Nothing plays any role.</summary>
    public static ReleaseRoles None { get; } = new([]);

    /// <summary>Who plays what.</summary>
    public IReadOnlyList<PlayedRole> Played => played;

    /// <summary>Versions of the further releases in the field; a scenario that speaks of them is a case for each.</summary>
    public IReadOnlyList<string> Oldest => [.. played.Where(role => role.Role == ReleaseRole.Oldest).Select(role => role.Version)];

    /// <summary>Whether an image's name is a role, or one of several releases that play it.</summary>
    public static bool IsRole(string image) => ReleaseRole.All.Contains(RoleOf(image));

    /// <summary>The role of an image's name: what stands before a colon.</summary>
    public static string RoleOf(string image) => image.Split(':', 2)[0];

    /// <summary>Who plays the role that an image's name says; <see langword="null"/>: nobody, or it is the name of an image.</summary>
    public PlayedRole? Find(string image) => played.FirstOrDefault(role => role.ImageName == image);

    /// <summary>The version of a role, at a point of the scenario's matrix.</summary>
    /// <param name="oldest">Which of the further releases; <see langword="null"/>: it is of no matter.</param>
    /// <returns><see langword="null"/>: nobody plays it.</returns>
    public string? VersionOf(string role, string? oldest) =>
        role == ReleaseRole.Oldest ? oldest : played.FirstOrDefault(one => one.Role == role)?.Version;

    /// <summary>What the words stand for, as binding needs it.</summary>
    /// <inheritdoc cref="VersionOf" path="/param"/>
    internal IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Words(string? oldest) => new Dictionary<string, IReadOnlyDictionary<string, string>>
    {
        [ReleaseWords.Release] = ReleaseRole.All.Select(role => (role, VersionOf(role, oldest) ?? role)).Concat(States.Select(state => (state, state))).ToDictionary(),
        [ReleaseWords.Image] = ReleaseRole.All.ToDictionary(role => role, role => role == ReleaseRole.Oldest && oldest is not null ? PlayedRole.NameOf(role, oldest) : role),
    };
}

/// <summary>A release in its role.</summary>
/// <param name="Role">A word of <see cref="ReleaseRole"/>.</param>
/// <param name="Reference">How the image store finds it: a release's folder, or <c>NAME:RELEASE</c>.</param>
/// <param name="Given">Whether whoever runs Kola named it, and not the image catalog.</param>
public sealed record PlayedRole(string Role, string Reference, string Version, bool Given)
{
    /// <summary>The release that this one is made from, by its recipe, when it is needed; <see langword="null"/>: it is there, or built as the catalog says.</summary>
    public NamedRelease? Made { get; init; }

    /// <summary>The image's name in scenarios and plans. Several may be <c>oldest</c>, so the version is part of that.</summary>
    public string ImageName => NameOf(Role, Version);

    internal static string NameOf(string role, string version) => role == ReleaseRole.Oldest ? $"{role}:{version}" : role;
}
