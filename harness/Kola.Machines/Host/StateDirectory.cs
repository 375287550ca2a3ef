namespace Kola.Machines.Host;

/// <summary>Where Kola keeps what outlives a command and may be deleted at any time between two.</summary>
public static class StateDirectory
{
    /// <summary><c>$KOLA_STATE_DIR</c>, else <c>CHECKOUT/.kola</c>. Absolute.</summary>
    /// <param name="checkout">Root of the checkout; found from the working directory upwards when left out.</param>
    public static string Locate(string? checkout = null) =>
        Environment.GetEnvironmentVariable("KOLA_STATE_DIR") is { Length: > 0 } set
            ? Path.GetFullPath(set)
            : Path.Combine(checkout is null ? Checkout() : Path.GetFullPath(checkout), ".kola");

    private static string Checkout()
    {
        var here = Directory.GetCurrentDirectory();
        for (var folder = here; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "Kola.sln")) || Path.Exists(Path.Combine(folder, ".git")))
                return folder;
        return here;
    }
}
