using System.Globalization;
using Kola.Machines;
using Kola.Machines.Ssh;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model.Values;

namespace Kola.Scenarios.Clusters;

/// <summary>Writes to a cluster's service again and again, on one machine after the other, and holds what it reads against what it wrote.</summary>
/// <param name="within">The longest time without a write, for this host.</param>
internal sealed class WriteProbe(WatchedWrites writes, string watch, IReadOnlyList<WatchedMember> members, TimeSpan within, AttemptLog log, TimeProvider time)
{
    /// <summary>Each write is work for an emulated guest.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(1);

    private readonly WrittenValues written = new();
    private long lastSuccess = time.GetTimestamp();
    private string lastFailure = "no machine was up";
    private int turn;

    /// <summary>The longest time without a write, for this host.</summary>
    public TimeSpan Within => within;

    public int Succeeded { get; private set; }

    public int Failed { get; private set; }

    public TimeSpan LongestGap { get; private set; }

    /// <summary>Goes on until it is cancelled.</summary>
    /// <returns>What does not hold; how long a write was waited for, where none came in time.</returns>
    public async Task<(string Why, TimeSpan? Late)> RunAsync(CancellationToken cancellation)
    {
        for (var number = 1; ; number++)
        {
            if (Next() is { } member && await TryAsync(member, $"{watch}-{number.ToString(CultureInfo.InvariantCulture)}", cancellation) is { } lost)
                return (lost, null);
            if (time.GetElapsedTime(lastSuccess) is var gap && gap > within)
                return ($"no write succeeded for {gap.TotalSeconds:0.0} s, and {within.TotalSeconds:0.#} s are allowed; {lastFailure}", gap);
            await Task.Delay(Pause, time, cancellation);
        }
    }

    /// <summary>Waits for a write that was begun after now, so that the service is known to be there at the end; the bound tells when none comes.</summary>
    public async Task OnceMoreAsync(CancellationToken cancellation)
    {
        for (var seen = Succeeded; Succeeded < seen + 2;)
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellation);
    }

    private WatchedMember? Next()
    {
        for (var tried = 0; tried < members.Count; tried++)
            if (members[turn++ % members.Count] is { Down: null, Live.IsReady: true } member)
                return member;
        return null;
    }

    /// <summary>Tries once.</summary>
    /// <returns>What does not hold; <see langword="null"/>: nothing is known against it.</returns>
    private async Task<string?> TryAsync(WatchedMember member, string value, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        var (read, failure) = await AskAsync(member, value, cancellation);
        log.WriteTried(watch, member.Live.Name, value, time.GetElapsedTime(start), failure);
        if (failure is not null)
        {
            Failed++;
            written.Doubt(value);
            lastFailure = $"last tried on {member.Live.Name}: {failure}";
            return null;
        }

        if (written.Acknowledge(value, read) is { } lost)
            return $"{lost}, on {member.Live.Name}";
        Succeeded++;
        if (time.GetElapsedTime(lastSuccess) is var gap && gap > LongestGap)
            LongestGap = gap;
        lastSuccess = time.GetTimestamp();
        return null;
    }

    /// <summary>A machine that goes down leaves its connection hanging, and others are asked soon enough.</summary>
    private async Task<(string Read, string? Failure)> AskAsync(WatchedMember member, string value, CancellationToken cancellation)
    {
        var left = within - time.GetElapsedTime(lastSuccess);
        var patience = left < within / 3 ? left : within / 3;
        try
        {
            var result = await member.Live.Ssh.RunAsync(
                $"KOLA_WRITE={value}; export KOLA_WRITE\n{writes.Command}", patience < LeastPatience ? LeastPatience : patience, cancellation);
            return result is { Succeeded: true, WholeStdout: null } ? ("", $"it printed {TextExpectation.TooLong}")
                : result.Succeeded ? (result.WholeStdout!.Trim(), null)
                : ("", $"exit code {result.ExitCode}{(result.Stderr.Trim() is { Length: > 0 } said ? $": {said}" : "")}");
        }
        catch (MachineException e)
        {
            return ("", e is SshCommandTimeoutException ? $"no answer within {patience.TotalSeconds:0.#} s" : e.Message);
        }
    }
}
