using CliWrap;

namespace Kola.Machines.Host;

/// <summary>Removes the scopes of owners that died together with their reaper (a power cut, a killed container).</summary>
internal static class ScopeSweep
{
    public static async Task SweepAsync(IEnumerable<string> roots, CancellationToken cancellation)
    {
        var observer = ProcessIdentity.Current();
        foreach (var folder in roots.Where(Directory.Exists).SelectMany(root => Directory.EnumerateDirectories(root)))
            if (IsOrphan(folder, observer))
                await RemoveAsync(folder, cancellation);
    }

    private static bool IsOrphan(string folder, ProcessIdentity observer)
    {
        try
        {
            return ProcessIdentity.Parse(File.ReadAllText(Path.Combine(folder, ProcessScope.OwnerFile)))?.IsDead(observer) ?? false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // In the making, or just going.
            return false;
        }
    }

    /// <summary>The reaper's own way; its input is empty, so it begins at once. Run twice at a time it does no harm.</summary>
    private static async Task RemoveAsync(string folder, CancellationToken cancellation)
    {
        try
        {
            if (File.Exists(Path.Combine(folder, ProcessScope.ReaperScript)))
                await ProcessScope.Reaper(folder, [folder]).WithStandardInputPipe(PipeSource.Null).ExecuteAsync(cancellation);
            else
                Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another start sweeps at the same time; what it leaves is found by the next.
        }
    }
}
