namespace Kola.Cli;

/// <summary>What lies beside the program where it is installed, and not where it was built from a checkout.</summary>
internal static class InstalledProgram
{
    private static readonly string OwnLibrary = Path.Combine(AppContext.BaseDirectory, "library", "scenarios");

    /// <summary>Folder of the scenarios that come with the program: <c>$KOLA_LIBRARY_DIR</c>, or the one beside it; <see langword="null"/>: there is none.</summary>
    public static string? Library =>
        Environment.GetEnvironmentVariable("KOLA_LIBRARY_DIR") is { Length: > 0 } named ? Path.GetFullPath(named)
        : Directory.Exists(OwnLibrary) ? OwnLibrary
        : null;

    /// <summary>Whether this program is an installed one, and was not built in a checkout.</summary>
    public static bool IsInstalled => Directory.Exists(OwnLibrary);

    /// <summary>How a person calls it.</summary>
    public static string Name => IsInstalled ? "kola" : "ci/kola";
}
