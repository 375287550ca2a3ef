using System.Globalization;

namespace Kola.Machines.Host;

/// <summary>What machines can share here: the host's, or less where a control group limits this process (cgroups(7), version 2).</summary>
/// <param name="Cpus">Processors, possibly a fraction.</param>
/// <param name="AvailableBytes">Memory that can be had now without swapping.</param>
/// <param name="Limited">Whether a control group gives less than the host has.</param>
public sealed record HostResources(double Cpus, long MemoryBytes, long AvailableBytes, bool Limited)
{
    public static HostResources Measure(string root = "")
    {
        var memory = Memory(root, "MemTotal:");
        var available = Memory(root, "MemAvailable:");
        double cpus = Environment.ProcessorCount;
        var limited = false;
        foreach (var group in Groups(root))
        {
            if (Read(group, "memory.max") is [var max] && long.TryParse(max, CultureInfo.InvariantCulture, out var bytes) && bytes < memory)
            {
                memory = bytes;
                limited = true;
                if (Read(group, "memory.current") is [var current] && long.TryParse(current, CultureInfo.InvariantCulture, out var used))
                    available = Math.Min(available, Math.Max(0, bytes - used));
            }

            if (Read(group, "cpu.max") is [var quota, var period]
                && double.TryParse(quota, CultureInfo.InvariantCulture, out var share) && share / double.Parse(period, CultureInfo.InvariantCulture) < cpus)
            {
                cpus = share / double.Parse(period, CultureInfo.InvariantCulture);
                limited = true;
            }
        }

        return new(cpus, memory, available, limited);
    }

    private static long Memory(string root, string name) =>
        File.ReadLines($"{root}/proc/meminfo").First(line => line.StartsWith(name, StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kibibytes, ..] ? long.Parse(kibibytes, CultureInfo.InvariantCulture) * 1024 : 0;

    /// <summary>This process's group and those above it: the tightest limit counts.</summary>
    private static IEnumerable<string> Groups(string root)
    {
        var own = File.Exists($"{root}/proc/self/cgroup")
            ? File.ReadLines($"{root}/proc/self/cgroup").FirstOrDefault(line => line.StartsWith("0::", StringComparison.Ordinal))
            : null;
        for (var path = own?[3..].Trim('/') ?? ""; ; path = Path.GetDirectoryName(path) ?? "")
        {
            yield return Path.Combine($"{root}/sys/fs/cgroup", path);
            if (path.Length == 0)
                yield break;
        }
    }

    private static string[] Read(string group, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(group, file)).Trim().Split(' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
