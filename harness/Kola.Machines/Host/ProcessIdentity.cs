using System.Globalization;

namespace Kola.Machines.Host;

/// <summary>A process that cannot be mistaken for a later one with the same id: host, boot, pid name space, id and start time.</summary>
/// <param name="StartTime">In clock ticks since boot, field 22 of <c>/proc/PID/stat</c> (proc_pid_stat(5)).</param>
internal sealed record ProcessIdentity(string Host, string Boot, string PidNamespace, int Pid, long StartTime)
{
    public static string BootId => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    public static ProcessIdentity Current() =>
        new(Environment.MachineName, BootId, Namespace(), Environment.ProcessId, StartTimeOf(Environment.ProcessId) ?? 0);

    /// <summary>The start time of a process that lives; <see langword="null"/> for none and for a zombie.</summary>
    public static long? StartTimeOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static ProcessIdentity? Parse(string text)
    {
        var fields = text.Trim().Split('\t');
        return fields.Length == 5
            && int.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            && long.TryParse(fields[4], NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            ? new(fields[0], fields[1], fields[2], pid, start)
            : null;
    }

    /// <summary>Whether it is certainly dead. Of another host or another container nothing is certain.</summary>
    public bool IsDead(ProcessIdentity observer) =>
        Host == observer.Host
        && (Boot != observer.Boot || (PidNamespace == observer.PidNamespace && StartTimeOf(Pid) != StartTime));

    public override string ToString() => string.Join('\t', Host, Boot, PidNamespace, Pid, StartTime);

    private static string Namespace() => new FileInfo("/proc/self/ns/pid").LinkTarget ?? "";
}
