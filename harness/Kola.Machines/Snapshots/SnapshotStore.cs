using System.Security.Cryptography;
using Kola.Machines.Files;

namespace Kola.Machines.Snapshots;

/// <summary>Snapshots by key, in a folder that all runs of a checkout share. Each is used by many, or made or removed by one.</summary>
/// <param name="folder">Absolute path; on the file system of running machines' files.</param>
/// <param name="limitBytes">Room that the snapshots may take; what was used longest ago goes first.</param>
/// <param name="former">Where Kola kept them before: nothing is read from there, and pruning empties it.</param>
/// <param name="freeBytes">Room on a folder's disk, in bytes; <see langword="null"/>: asked of the system.</param>
public sealed class SnapshotStore(string folder, long limitBytes, TimeProvider time, string? former = null, Func<string, long>? freeBytes = null)
{
    private const string StagingPrefix = ".making-";
    private const string LockSuffix = ".lock";
    private static readonly TimeSpan LockInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Absolute path.</summary>
    public string Folder => folder;

    /// <summary>Room that the snapshots may take, in bytes.</summary>
    public long LimitBytes => limitBytes;

    /// <summary>
    /// The store of a checkout: <c>STATE/cache/snapshots</c>, as large as <c>$KOLA_CACHE_LIMIT</c> says (such as <c>20GiB</c>).
    /// </summary>
    /// <exception cref="InputException">The limit is not a valid size.</exception>
    public static SnapshotStore In(string stateFolder, TimeProvider time, Func<string, string?>? environment = null) =>
        new(
            Path.Combine(stateFolder, "cache", "snapshots"), SnapshotLimit.Of((environment ?? Environment.GetEnvironmentVariable)(SnapshotLimit.Variable)), time,
            former: Path.Combine(stateFolder, "cache", "states"));

    /// <summary>Room on the store's disk.</summary>
    /// <exception cref="HostException">The folder cannot be made.</exception>
    public long FreeBytes()
    {
        try
        {
            var made = Make();
            return freeBytes?.Invoke(made) ?? new DriveInfo(made).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Of(e, folder);
        }
    }

    /// <summary>A snapshot that is there and whole, or the right to make it. Waits while another makes it.</summary>
    /// <param name="waits">Called once when another has it.</param>
    /// <exception cref="HostException">The folder cannot be written.</exception>
    public async Task<SnapshotLease> OpenAsync(string key, Action waits, CancellationToken cancellation)
    {
        for (var said = false; ; said = true)
        {
            if (await TryOpenAsync(key, cancellation) is { } lease)
                return lease;
            if (!said)
                waits();
            await RestAsync(cancellation);
        }
    }

    /// <summary>As <see cref="OpenAsync"/>; <see langword="null"/> while another makes or removes it.</summary>
    public async Task<SnapshotLease?> TryOpenAsync(string key, CancellationToken cancellation)
    {
        try
        {
            Make();
            if (SnapshotLock.TryShare(LockOf(key)) is { } shared)
            {
                if (await CheckAsync(key, cancellation) is { } opened)
                    return new(this, key, opened.Snapshot, [shared, .. opened.Parents]);
                await shared.DisposeAsync();
            }

            if (SnapshotLock.TryOwn(LockOf(key)) is not { } own)
                return null;
            // Another may have made it since it was looked at.
            if (await CheckAsync(key, cancellation) is { } made)
            {
                await DisposeAllAsync(made.Parents);
                await own.DisposeAsync();
                return await TryOpenAsync(key, cancellation);
            }

            Remove(key);
            return new(this, key, null, [own]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Of(e, folder);
        }
    }

    /// <summary>What is there, the one used last first. Nothing is checked.</summary>
    public async Task<IReadOnlyList<SnapshotEntry>> ListAsync(CancellationToken cancellation)
    {
        if (!Directory.Exists(folder))
            return [];
        var entries = new List<SnapshotEntry>();
        foreach (var path in Directory.EnumerateDirectories(folder).Where(path => !Path.GetFileName(path).StartsWith('.')))
        {
            var key = Path.GetFileName(path);
            entries.Add(new(key, SnapshotCheck.Read(path), await AllocatedBytes.OfAsync(path, cancellation), File.GetLastWriteTimeUtc(LockOf(key)), IsUsed(key)));
        }

        return [.. entries.OrderByDescending(entry => entry.LastUse)];
    }

    /// <summary>Removes what crashes left, what an older Kola kept and what cannot be read, then snapshots until the limit holds (or all). What is in use stays.</summary>
    /// <returns>What was removed.</returns>
    public async Task<IReadOnlyList<SnapshotEntry>> PruneAsync(bool all, CancellationToken cancellation)
    {
        var removed = await PruneFormerAsync(cancellation);
        RemoveStaging();
        var entries = await ListAsync(cancellation);
        var bytes = entries.Sum(entry => entry.Bytes);
        // Those that others stand on go after them.
        foreach (var entry in entries.Reverse().OrderBy(entry => Descendants(entry.Key, entries)))
        {
            if (!all && entry.Manifest is not null && bytes <= limitBytes)
                continue;
            if (entries.Except(removed).Any(other => other.Manifest?.Parents.Contains(entry.Key) ?? false) || !TryRemove(entry.Key))
                continue;
            bytes -= entry.Bytes;
            removed.Add(entry);
        }

        return removed;
    }

    /// <summary>Between two tries to get a lock.</summary>
    internal Task RestAsync(CancellationToken cancellation) => Task.Delay(LockInterval, time, cancellation);

    internal string FolderOf(string key) => Path.Combine(folder, key);

    /// <summary>A fresh name for the folder of a snapshot in the making.</summary>
    internal string StagingOf(string key) => Path.Combine(folder, $"{StagingPrefix}{key}-{RandomNumberGenerator.GetHexString(6, lowercase: true)}");

    internal string LockOf(string key) => Path.Combine(folder, key + LockSuffix);

    internal void Remove(string key)
    {
        SnapshotCheck.Forget(FolderOf(key));
        if (!Directory.Exists(FolderOf(key)))
            return;
        // Under a name that is no snapshot's first: a crash in mid-removal must not leave half of one.
        var aside = StagingOf(key);
        Directory.Move(FolderOf(key), aside);
        Directory.Delete(aside, recursive: true);
    }

    /// <summary>The snapshot with those that its disks are overlays of, each held as used; <see langword="null"/> when anything is missing or not whole.</summary>
    private async Task<(Snapshot Snapshot, IReadOnlyList<FileStream> Parents)?> CheckAsync(string key, CancellationToken cancellation)
    {
        if (await SnapshotCheck.OpenAsync(FolderOf(key), key, cancellation) is not { } snapshot)
            return null;
        var held = new List<FileStream>();
        foreach (var parent in snapshot.Manifest.Parents)
        {
            var shared = SnapshotLock.TryShare(LockOf(parent));
            if (shared is not null)
                held.Add(shared);
            if (shared is null || await SnapshotCheck.OpenAsync(FolderOf(parent), parent, cancellation) is null)
            {
                await DisposeAllAsync(held);
                return null;
            }

            File.SetLastWriteTimeUtc(LockOf(parent), time.GetUtcNow().UtcDateTime);
        }

        File.SetLastWriteTimeUtc(LockOf(key), time.GetUtcNow().UtcDateTime);
        return (snapshot, held);
    }

    /// <summary>For the user alone: a guest's memory has all its secrets.</summary>
    private string Make() =>
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;

    private static int Descendants(string key, IReadOnlyList<SnapshotEntry> entries) =>
        entries.Count(other => other.Manifest?.Parents.Contains(key) ?? false);

    /// <summary>Removes a snapshot; returns whether nobody used it.</summary>
    public bool TryRemove(string key)
    {
        using var own = SnapshotLock.TryOwn(LockOf(key));
        if (own is not null)
            Remove(key);
        return own is not null;
    }

    private bool IsUsed(string key)
    {
        using var own = SnapshotLock.TryOwn(LockOf(key));
        return own is null;
    }

    /// <summary>What makers left that died: whoever lives holds the snapshot's lock.</summary>
    private void RemoveStaging()
    {
        if (!Directory.Exists(folder))
            return;
        foreach (var path in Directory.EnumerateDirectories(folder, StagingPrefix + "*"))
        {
            using var own = SnapshotLock.TryOwn(LockOf(Path.GetFileName(path)[StagingPrefix.Length..].Split('-')[0]));
            if (own is not null)
                Directory.Delete(path, recursive: true);
        }
    }

    /// <summary>What another Kola uses there stays, and goes the next time.</summary>
    private async Task<List<SnapshotEntry>> PruneFormerAsync(CancellationToken cancellation)
    {
        if (former is null || !Directory.Exists(former))
            return [];
        List<SnapshotEntry> removed = [.. await new SnapshotStore(former, 0, time).PruneAsync(all: true, cancellation)];
        if (!Directory.EnumerateDirectories(former).Any())
            Directory.Delete(former, recursive: true);
        return removed;
    }

    private static async Task DisposeAllAsync(IEnumerable<FileStream> held)
    {
        foreach (var one in held)
            await one.DisposeAsync();
    }
}

/// <summary>A snapshot as it lies there.</summary>
/// <param name="Manifest"><see langword="null"/> when it cannot be read.</param>
/// <param name="Bytes">Room that it takes on the disk.</param>
/// <param name="InUse">Whether somebody uses, makes or removes it just now.</param>
public sealed record SnapshotEntry(string Key, SnapshotManifest? Manifest, long Bytes, DateTimeOffset LastUse, bool InUse);
