namespace Kola.Scenarios.Model;

/// <summary>How scenario files are read.</summary>
/// <param name="Roles">Who plays the roles that they speak of.</param>
/// <param name="Portable">Whether they must name releases and images by their roles alone, so that they judge whatever is given; but those that say <c>for:</c>.</param>
public sealed record LoadingRules(ReleaseRoles Roles, bool Portable = false)
{
    /// <summary>Nobody plays a role, and files may name what they like.</summary>
    public static LoadingRules None { get; } = new(ReleaseRoles.None);
}
