namespace Kola.Machines.Host;

/// <summary>Where what belongs to the host, and to no checkout, is kept for all runs of a user.</summary>
public static class HostFolder
{
    /// <summary>Only its owner may look into it.</summary>
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The effective user id.</summary>
    internal static string User { get; } = File.ReadLines("/proc/self/status").First(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[2];

    /// <summary><c>$KOLA_HOST_DIR</c>, or <c>/var/tmp/kola-UID</c>, which is the same for all sessions, unlike what <c>TMPDIR</c> and <c>XDG_RUNTIME_DIR</c> name. Made if need be.</summary>
    /// <exception cref="HostException">It cannot be made, or is another user's.</exception>
    public static string Open(Func<string, string?>? environment = null)
    {
        var path = (environment ?? Environment.GetEnvironmentVariable)("KOLA_HOST_DIR") is { Length: > 0 } given ? Path.GetFullPath(given) : $"/var/tmp/kola-{User}";
        try
        {
            Directory.CreateDirectory(path, Private);
            // Fails for a folder that another user has put there.
            File.SetUnixFileMode(path, Private);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"{path}, where runs of all checkouts share this host, cannot be made or is another user's: {e.Message}; set KOLA_HOST_DIR to a folder of your own", e);
        }
    }
}
