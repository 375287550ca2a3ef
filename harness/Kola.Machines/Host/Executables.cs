namespace Kola.Machines.Host;

/// <summary>Finds programs as a shell would, and in the folders of root's programs, where the PATH of others does not look.</summary>
public static class Executables
{
    private static readonly string[] Always = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

    /// <summary>The absolute path of the first of <paramref name="names"/> that is there; <see langword="null"/> when none is.</summary>
    public static string? Find(params IEnumerable<string> names)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin").Split(':', StringSplitOptions.RemoveEmptyEntries).Concat(Always);
        return names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(IsExecutable);
    }

    /// <param name="purpose">What it is needed for, as it ends "… is needed".</param>
    /// <exception cref="HostException">It is not installed.</exception>
    public static string Require(string purpose, Package package, params IReadOnlyList<string> names) =>
        Find(names) ?? throw new HostException($"{string.Join(" or ", names)} is not installed; {purpose} needs it; {package.Install()}");

    /// <summary>Whether a path leads to a file that somebody may execute. A folder is none, and neither is a link that leads to nothing.</summary>
    public static bool IsExecutable(string path)
    {
        try
        {
            return File.Exists(path) && (ModeOf(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;
        }
        catch (IOException)
        {
            // To .NET a link exists, wherever it leads to.
            return false;
        }
    }

    /// <summary>The mode of the file that a path leads to: .NET's is a symbolic link's own, which allows everything.</summary>
    public static UnixFileMode ModeOf(string path) => File.GetUnixFileMode(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path);
}
