using System.Collections.Immutable;
using Kola.Machines.Guests;
using Kola.Machines.Offline;

namespace Kola.Scenarios.Live;

/// <summary>Which releases a machine ran, by which path it came to each, and what its console proves of the way. Kept only of machines that a scenario updates.</summary>
internal sealed class ReleaseTrail(LiveMachine live, AttemptLog log)
{
    private ImmutableHashSet<string> failed = [];

    /// <summary>What the way from one release to another must leave as it was.</summary>
    public UpdateInvariants Invariants { get; } = new(live);

    /// <summary>The release that ran when last looked; <see langword="null"/>: not known yet.</summary>
    public string? Running { get; private set; }

    /// <summary>The release that an update has installed and that has not been booted.</summary>
    public string? Staged { get; set; }

    /// <summary>Releases that were tried and fallen back from.</summary>
    public IReadOnlySet<string> Failed => failed;

    /// <summary>Tries that nobody made: the boot loader's counters as a step has set them while the machine was off.</summary>
    public IReadOnlyDictionary<string, TryCount> Spent { get; set; } = new Dictionary<string, TryCount>();

    /// <summary>How often it restarted with a release installed for it, and came up in another one.</summary>
    public int Returns { get; private set; }

    /// <summary>The console's position when the machine last began to restart.</summary>
    public long DepartedAt { get; private set; }

    /// <summary>Goes on from a saved machine's trail.</summary>
    public void Restore(string? running, string? staged) => (Running, Staged) = (running, staged);

    /// <summary>The boot disk is another one: no release on it has been run, tried or staged yet.</summary>
    public void Forget()
    {
        Restore(null, null);
        failed = [];
        Spent = new Dictionary<string, TryCount>();
        Invariants.Forget();
    }

    /// <summary>Releases were tried and fallen back from. Watches and steps may both tell so, at once.</summary>
    public void Fail(IEnumerable<string> releases)
    {
        string[] all = [.. releases];
        ImmutableInterlocked.Update(ref failed, known => known.Union(all));
    }

    /// <summary>Looks at what runs, and keeps the trail from now on.</summary>
    public async Task<GuestRelease> FollowAsync(CancellationToken cancellation)
    {
        var release = live.Claim?.Release ?? await live.Machine.GuardAsync("the release", live.ReadyBound, live.ReleaseAsync, cancellation);
        Running = release.Version;
        return release;
    }

    /// <summary>The machine is about to restart.</summary>
    public void Departing() => DepartedAt = live.Machine.Console.Position;

    /// <summary>Releases that the console says were started since <see cref="Departing"/>, in order, with the lines that say so.</summary>
    public IReadOnlyList<(string Release, string Line)> Starts() => live.Image.ReleaseStarted is not { } pattern
        ? []
        : [.. live.Machine.Console.LinesSince(DepartedAt).Select(line => (pattern.Match(line), line)).Where(found => found.Item1.Success)
            .Select(found => (found.Item1.Groups["release"].Value, found.line.Trim()))];

    /// <summary>Waits until a release has been started so often since the machine was first started, by the console. Returns the last of the lines that say so.</summary>
    /// <exception cref="NotProvenException">This image's console does not say which release is started.</exception>
    public async Task<string> StartedAsync(string release, int times, CancellationToken cancellation)
    {
        var pattern = live.Image.ReleaseStarted
            ?? throw new NotProvenException($"image {live.Image.Name} has no 'releaseStarted' pattern, so when {live.Name} starts a release is not seen; add it in images/catalog.yaml");
        for (long position = 0; ;)
        {
            var match = await live.Machine.Console.WaitForAsync(pattern, position, cancellation);
            if (match.Match.Groups["release"].Value == release && --times == 0)
                return match.Line.Trim();
            position = match.End;
        }
    }

    /// <summary>The machine is ready in a new boot: records which release it is, by which path, after how many tries.</summary>
    /// <param name="path">See <see cref="Results.Events.ReleaseBooted.Path"/>; <see langword="null"/>: by what is seen.</param>
    public async Task ArrivedAsync(string? path, CancellationToken cancellation)
    {
        if (Running is not { } before)
            return;
        var release = await FollowAsync(cancellation);
        var starts = Starts();
        path ??= release.Version == Staged && release.Version != before ? "update"
            : release.Version == before && starts.Any(start => start.Release != release.Version) ? "fall-back"
            : "boot";
        log.ReleaseBooted(
            live.Name, release.Version, release.Slot, path,
            starts.GroupBy(start => start.Release).ToDictionary(group => group.Key, group => group.Count()), [.. starts.Select(start => start.Line)]);
        if (path is "fall-back")
            Fail(starts.Select(start => start.Release).Where(tried => tried != release.Version));
        if (release.Version == Staged)
            Staged = null;
        else if (Staged is not null)
            Returns++;
        if (await Invariants.CheckAsync(cancellation) is { } same)
            log.Machine(live.Name, "note", same);
    }
}
