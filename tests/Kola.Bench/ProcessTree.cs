using System.Globalization;

namespace Kola.Bench;

/// <summary>A process and what comes from it, as <c>/proc</c> shows them at one moment (proc_pid_stat(5)).</summary>
internal static class ProcessTree
{
    /// <summary>Clock ticks a second that the kernel tells times in, on every Linux that .NET runs on.</summary>
    private const double Ticks = 100;

    /// <summary>Processor seconds so far, by the process ids of <paramref name="root"/> and all that come from it.</summary>
    public static IReadOnlyDictionary<int, double> ProcessorSeconds(int root)
    {
        var all = Directory.EnumerateDirectories("/proc").Select(folder => int.TryParse(Path.GetFileName(folder), out var pid) ? Read(pid) : null).OfType<Look>().ToDictionary(look => look.Pid);
        bool IsOfRoot(int pid) => pid == root || (pid > 1 && all.TryGetValue(pid, out var look) && IsOfRoot(look.Parent));
        return all.Values.Where(look => IsOfRoot(look.Pid)).ToDictionary(look => look.Pid, look => look.Seconds);
    }

    /// <summary>MiB that a process has in memory; 0 when it has ended.</summary>
    public static long ResidentMiB(int pid) => Kibibytes($"/proc/{pid}/status", "VmRSS:") / 1024;

    /// <summary>The most MiB that a process had in memory so far; 0 when it has ended.</summary>
    public static long PeakMiB(int pid) => Kibibytes($"/proc/{pid}/status", "VmHWM:") / 1024;

    /// <summary>MiB that a process shares with no other; 0 when it has ended.</summary>
    public static long PrivateMiB(int pid) => Kibibytes($"/proc/{pid}/smaps_rollup", "Private_") / 1024;

    /// <summary>The file that a process runs; <see langword="null"/> when it has ended.</summary>
    public static string? Program(int pid)
    {
        try
        {
            return new FileInfo($"/proc/{pid}/exe").LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long Kibibytes(string path, string start) =>
        Text(path).Split('\n').Where(line => line.StartsWith(start, StringComparison.Ordinal))
            .Sum(line => long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture));

    private static Look? Read(int pid)
    {
        var stat = Text($"/proc/{pid}/stat");
        if (stat.Length == 0)
            return null;
        // The name in brackets may hold anything; field 3 comes after it.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return new(pid, int.Parse(fields[1], CultureInfo.InvariantCulture), (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / Ticks);
    }

    private static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private sealed record Look(int Pid, int Parent, double Seconds);
}
