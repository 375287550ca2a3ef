using Kola.Machines.Guests;
using Kola.Yaml;

namespace Kola.Scenarios.Model;

/// <summary>An update file that a step is about.</summary>
/// <param name="Role">What it is for.</param>
/// <param name="Alone">Whether it must be a file of its own, and not a part of another.</param>
internal sealed record ServedFile(ArtifactRole Role, bool Alone)
{
    /// <summary>The file that a path in a scenario means; none where it is a name.</summary>
    public static IEnumerable<ServedFile> Of(string path, bool alone) => EnumWords.Parse<ArtifactRole>(path) is { } role ? [new(role, alone)] : [];

    /// <summary>Every file that a scenario may be about.</summary>
    public static IReadOnlyList<ServedFile> All { get; } = [.. Enum.GetValues<ArtifactRole>().SelectMany(role => new ServedFile[] { new(role, Alone: true), new(role, Alone: false) })];

    /// <summary>For people, and for records.</summary>
    public string Words => $"the {Role.Word()}{(Alone ? " as a file of its own" : "")}";

    /// <summary>Whether updates of a family have it.</summary>
    public bool IsIn(IUpdatingGuest guest) => (Alone ? guest.Served(Role, release: null) : guest.Holding(Role, release: null)) is not null;
}
