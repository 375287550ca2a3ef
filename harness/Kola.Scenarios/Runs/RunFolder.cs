using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Kola.Machines;
using Kola.Results.Events;

namespace Kola.Scenarios.Runs;

/// <summary>Where a run leaves what it saw: <c>events.jsonl</c>, and a folder for each attempt.</summary>
public sealed partial record RunFolder(string Run, string Path)
{
    /// <summary>In bytes. Linux takes 255, stacked file systems that encrypt names take 143 (eCryptfs).</summary>
    private const int LongestName = 140;

    /// <summary>Makes the folder of a new run below <paramref name="runs"/>, named by time and chance, and points <c>latest</c> at it.</summary>
    /// <exception cref="HostException">The folder cannot be made.</exception>
    public static RunFolder Create(string runs, TimeProvider time)
    {
        var stamp = time.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        var run = $"{stamp}-{RandomNumberGenerator.GetHexString(4, lowercase: true)}";
        var path = System.IO.Path.Combine(runs, run);
        try
        {
            Directory.CreateDirectory(path);
            PointLatest(runs, run);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"cannot make the run's folder {path}: {e.Message}; free some space, or set KOLA_STATE_DIR to a folder that can be written", e);
        }

        return new RunFolder(run, path);
    }

    /// <exception cref="HostException">The log cannot be made.</exception>
    internal EventLog OpenLog(TimeProvider time)
    {
        var path = System.IO.Path.Combine(Path, EventLog.FileName);
        try
        {
            return new EventLog(path, time);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"cannot make the run's record {path}: {e.Message}; free some space, or set KOLA_STATE_DIR to a folder that can be written", e);
        }
    }

    /// <summary>The folder of one attempt. The id's brackets and commas are kept: it is what the user sees.</summary>
    public string Attempt(string scenario, int attempt) =>
        System.IO.Path.Combine(Path, ScenarioFolder(scenario), $"attempt-{attempt}");

    /// <summary>A file name of its own for each id. One that cannot be a name as it is gets a digest after a tilde, which no other name has.</summary>
    private static string ScenarioFolder(string scenario)
    {
        if (scenario.AsSpan().IndexOfAny('/', '~', '\0') < 0 && Encoding.UTF8.GetByteCount(scenario) <= LongestName)
            return scenario;
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(scenario)))[..16];
        var start = new StringBuilder();
        foreach (var rune in scenario.EnumerateRunes())
        {
            if (Encoding.UTF8.GetByteCount(start.ToString()) + rune.Utf8SequenceLength > LongestName - digest.Length - 1)
                break;
            start.Append(rune.Value is '/' or '~' or '\0' ? "_" : rune.ToString());
        }

        return $"{start}~{digest}";
    }

    private static void PointLatest(string runs, string run)
    {
        // Made aside and renamed, so that two runs that start at once never leave the link missing.
        var aside = System.IO.Path.Combine(runs, $".latest-{run}");
        File.CreateSymbolicLink(aside, run);
        if (Rename(aside, System.IO.Path.Combine(runs, "latest")) != 0)
            throw new IOException($"cannot rename {aside} to 'latest': {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>rename(2) itself: File.Move refuses a link to a folder.</summary>
    [LibraryImport("libc", EntryPoint = "rename", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Rename(string from, string to);
}
