namespace Kola.Servers.Omaha;

/// <summary>Identities of applications.</summary>
public static class OmahaApp
{
    /// <summary>Flatcar's and CoreOS Container Linux's.</summary>
    public const string Flatcar = "e96281a6-d1af-4bde-9a0a-97b76e56dc57";

    /// <summary>Clients write an id with or without braces, in either case.</summary>
    public static bool Same(string one, string other) => string.Equals(Bare(one), Bare(other), StringComparison.OrdinalIgnoreCase);

    private static string Bare(string id) => id.Trim().TrimStart('{').TrimEnd('}');
}
