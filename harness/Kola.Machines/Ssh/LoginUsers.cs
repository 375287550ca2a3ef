using Kola.Machines.Images;

namespace Kola.Machines.Ssh;

/// <summary>Whom to log in as.</summary>
public static class LoginUsers
{
    /// <summary>
    /// Default users of cloud images, then root. cloud-init gives its key to the default user, and to root with a command that refuses:
    /// root would be let in and could do nothing, so it is tried last.
    /// </summary>
    private static readonly IReadOnlyList<string> Guessed = ["debian", "ubuntu", "fedora", "core", "cloud-user", "rocky", "almalinux", "opensuse", "arch", "root"];

    /// <summary>The users to try, in order: the one who was named, or the catalog's; for an image that no catalog knows, those that images have.</summary>
    /// <param name="named"><see langword="null"/>: nobody was named.</param>
    public static IReadOnlyList<string> Of(string? named, ResolvedImage image) =>
        named is not null ? [named] : image.UserIsGuess ? Guessed : [image.User];
}
