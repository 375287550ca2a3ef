namespace Kola.Machines.Images;

/// <summary>Where images live on this host. Absolute paths.</summary>
public sealed record ImageLocations
{
    /// <summary>The folder that holds <c>images/</c>: recipes are <c>images/NAME/build</c>.</summary>
    public required string Checkout { get; init; }

    /// <summary>What belongs to the checkout: built releases, the recipes' work folders, logs.</summary>
    public required string State { get; init; }

    /// <summary>Downloaded images by digest; shared by all checkouts of a user.</summary>
    public required string Cache { get; init; }

    /// <summary>How a person calls Kola there: a checkout of Kola has a program of its own, another project has the installed one.</summary>
    public string Program => File.Exists(Path.Combine(Checkout, "ci", "kola")) ? "ci/kola" : "kola";

    /// <summary>Built releases, <c>RECIPE/RELEASE/</c>.</summary>
    public string Releases => Path.Combine(State, "releases");

    /// <summary>
    /// <c>$KOLA_STATE_DIR</c> or <c>CHECKOUT/.kola</c>; <c>$KOLA_CACHE_DIR</c> or <c>${XDG_CACHE_HOME:-~/.cache}/kola/images</c>.
    /// </summary>
    public static ImageLocations FromEnvironment(string checkout, Func<string, string?>? environment = null)
    {
        environment ??= Environment.GetEnvironmentVariable;
        string Set(string name, Func<string> otherwise) => environment(name) is { Length: > 0 } value ? Path.GetFullPath(value) : otherwise();
        var state = Set("KOLA_STATE_DIR", () => Path.Combine(Path.GetFullPath(checkout), ".kola"));
        return new()
        {
            Checkout = Path.GetFullPath(checkout),
            State = state,
            Cache = Set("KOLA_CACHE_DIR", () => Path.Combine(
                // A user without a home, as in some containers, keeps downloads with the checkout's state.
                Set("XDG_CACHE_HOME", () => Set("HOME", () => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)) is { Length: > 0 } home
                    ? Path.Combine(home, ".cache") : Path.Combine(state, "cache")),
                "kola", "images")),
        };
    }
}
