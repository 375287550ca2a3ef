using System.Globalization;

namespace Kola.Machines.Host;

/// <summary>What machines can share here: the host's, or less where a control group limits this process (cgroups(7), version 1 or 2).</summary>
/// <param name="Cpus">Processors, possibly a fraction.</param>
/// <param name="AvailableBytes">Memory that can be had now without swapping.</param>
/// <param name="Limited">Whether a control group gives less than the host has.</param>
public sealed record HostResources(double Cpus, long MemoryBytes, long AvailableBytes, bool Limited)
{
    public static HostResources Measure(string root = "")
    {
        var resources = new HostResources(Environment.ProcessorCount, Memory(root, "MemTotal:"), Memory(root, "MemAvailable:"), Limited: false);
        foreach (var group in Groups(root, ""))
            resources = resources.Within(group, "memory.max", "memory.current").Within(Numbers(group, "cpu.max"));
        // In version 1 each controller has a tree of its own.
        foreach (var group in Groups(root, "memory"))
            resources = resources.Within(group, "memory.limit_in_bytes", "memory.usage_in_bytes");
        foreach (var group in Groups(root, "cpu"))
            resources = resources.Within([.. Numbers(group, "cpu.cfs_quota_us"), .. Numbers(group, "cpu.cfs_period_us")]);
        return resources;
    }

    private HostResources Within(string group, string limit, string usage) =>
        Numbers(group, limit) is [var bytes] && bytes < MemoryBytes
            ? this with
            {
                MemoryBytes = bytes,
                AvailableBytes = Math.Min(AvailableBytes, Numbers(group, usage) is [var used] ? Math.Max(0, bytes - used) : bytes),
                Limited = true,
            }
            : this;

    /// <param name="quota">Microseconds of processor time, and of the period they are for; without a limit there are none, or -1.</param>
    private HostResources Within(long[] quota) =>
        quota is [> 0 and var share, > 0 and var period] && (double)share / period < Cpus ? this with { Cpus = (double)share / period, Limited = true } : this;

    private static long Memory(string root, string name) =>
        File.ReadLines($"{root}/proc/meminfo").First(line => line.StartsWith(name, StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kibibytes, ..] ? long.Parse(kibibytes, CultureInfo.InvariantCulture) * 1024 : 0;

    /// <summary>This process's group and those above it: the tightest limit counts.</summary>
    /// <param name="controller">As <c>/proc/self/cgroup</c> and its tree's folder name it; empty in version 2.</param>
    private static IEnumerable<string> Groups(string root, string controller)
    {
        var own = File.Exists($"{root}/proc/self/cgroup")
            ? File.ReadLines($"{root}/proc/self/cgroup").Select(line => line.Split(':', 3)).FirstOrDefault(line => line is [_, var controllers, _] && controllers.Split(',').Contains(controller))?[2]
            : null;
        for (var path = own?.Trim('/') ?? ""; ; path = Path.GetDirectoryName(path) ?? "")
        {
            yield return Path.Combine($"{root}/sys/fs/cgroup", controller, path);
            if (path.Length == 0)
                yield break;
        }
    }

    /// <summary>The numbers of a file; none when it says <c>max</c> or is not there.</summary>
    private static long[] Numbers(string group, string file)
    {
        try
        {
            string[] words = File.ReadAllText(Path.Combine(group, file)).Trim().Split(' ');
            return [.. words.Select(word => long.TryParse(word, CultureInfo.InvariantCulture, out var number) ? number : -1).TakeWhile(number => number >= 0)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
