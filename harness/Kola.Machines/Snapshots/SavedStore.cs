using System.Security.Cryptography;
using Kola.Machines.Files;

namespace Kola.Machines.Snapshots;

/// <summary>Saved states by key, in a folder that all runs of a checkout share. Each is used by many, or made or removed by one.</summary>
/// <param name="folder">Absolute path; on the file system of running machines' files.</param>
/// <param name="limitBytes">Room that the states may take; what was used longest ago goes first.</param>
public sealed class SavedStore(string folder, long limitBytes, TimeProvider time)
{
    private const string StagingPrefix = ".making-";
    private const string LockSuffix = ".lock";
    private static readonly TimeSpan LockInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Room that the states may take, in bytes.</summary>
    public long LimitBytes => limitBytes;

    /// <summary>
    /// The store of a checkout: <c>STATE/cache/states</c>, as large as <c>$KOLA_CACHE_LIMIT</c> says (such as <c>20GiB</c>).
    /// </summary>
    /// <exception cref="InputException">The limit is no size.</exception>
    public static SavedStore In(string stateFolder, TimeProvider time, Func<string, string?>? environment = null) =>
        new(Path.Combine(stateFolder, "cache", "states"), StoreLimit.Of((environment ?? Environment.GetEnvironmentVariable)(StoreLimit.Variable)), time);

    /// <summary>Room on the store's disk.</summary>
    /// <exception cref="HostException">The folder cannot be made.</exception>
    public long FreeBytes()
    {
        try
        {
            return new DriveInfo(Make()).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Of(e, folder);
        }
    }

    /// <summary>A state that is there and whole, or the right to make it. Waits while another makes it.</summary>
    /// <param name="waits">Called once when another has it.</param>
    /// <exception cref="HostException">The folder cannot be written.</exception>
    public async Task<SavedLease> OpenAsync(string key, Action waits, CancellationToken cancellation)
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
    public async Task<SavedLease?> TryOpenAsync(string key, CancellationToken cancellation)
    {
        try
        {
            Make();
            if (StateLock.TryShare(LockOf(key)) is { } shared)
            {
                if (await CheckAsync(key, cancellation) is { } opened)
                    return new(this, key, shared, opened.State, opened.Parents);
                await shared.DisposeAsync();
            }

            if (StateLock.TryOwn(LockOf(key)) is not { } own)
                return null;
            // Another may have made it since it was looked at.
            if (await CheckAsync(key, cancellation) is { } made)
            {
                await DisposeAllAsync(made.Parents);
                await own.DisposeAsync();
                return await TryOpenAsync(key, cancellation);
            }

            Remove(key);
            return new(this, key, own, null, []);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Of(e, folder);
        }
    }

    /// <summary>What is there, the one used last first. Nothing is checked.</summary>
    public async Task<IReadOnlyList<SavedEntry>> ListAsync(CancellationToken cancellation)
    {
        if (!Directory.Exists(folder))
            return [];
        var entries = new List<SavedEntry>();
        foreach (var path in Directory.EnumerateDirectories(folder).Where(path => !Path.GetFileName(path).StartsWith('.')))
        {
            var key = Path.GetFileName(path);
            entries.Add(new(key, SavedCheck.Read(path), await AllocatedBytes.OfAsync(path, cancellation), File.GetLastWriteTimeUtc(LockOf(key)), IsUsed(key)));
        }

        return [.. entries.OrderByDescending(entry => entry.LastUse)];
    }

    /// <summary>Removes what crashes left and unreadable states, then states until the limit holds (or all). What is in use stays.</summary>
    /// <returns>What was removed.</returns>
    public async Task<IReadOnlyList<SavedEntry>> PruneAsync(bool all, CancellationToken cancellation)
    {
        RemoveStaging();
        var entries = await ListAsync(cancellation);
        var bytes = entries.Sum(entry => entry.Bytes);
        var removed = new List<SavedEntry>();
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

    internal SavedStaging Stage(string key) =>
        new(Directory.CreateDirectory(Path.Combine(folder, $"{StagingPrefix}{key}-{RandomNumberGenerator.GetHexString(6, lowercase: true)}")).FullName);

    internal string LockOf(string key) => Path.Combine(folder, key + LockSuffix);

    internal void Remove(string key)
    {
        SavedCheck.Forget(FolderOf(key));
        if (!Directory.Exists(FolderOf(key)))
            return;
        // Under a name that is no state's first: a crash in mid-removal must not leave half of one.
        var aside = Stage(key).Folder;
        Directory.Delete(aside);
        Directory.Move(FolderOf(key), aside);
        Directory.Delete(aside, recursive: true);
    }

    /// <summary>The state with all it stands on, each held as used; <see langword="null"/> when anything is missing or not whole.</summary>
    private async Task<(SavedState State, IReadOnlyList<FileStream> Parents)?> CheckAsync(string key, CancellationToken cancellation)
    {
        if (await SavedCheck.OpenAsync(FolderOf(key), key, cancellation) is not { } state)
            return null;
        var held = new List<FileStream>();
        foreach (var parent in state.Manifest.Parents)
        {
            var shared = StateLock.TryShare(LockOf(parent));
            if (shared is not null)
                held.Add(shared);
            if (shared is null || await SavedCheck.OpenAsync(FolderOf(parent), parent, cancellation) is null)
            {
                await DisposeAllAsync(held);
                return null;
            }

            File.SetLastWriteTimeUtc(LockOf(parent), time.GetUtcNow().UtcDateTime);
        }

        File.SetLastWriteTimeUtc(LockOf(key), time.GetUtcNow().UtcDateTime);
        return (state, held);
    }

    /// <summary>For the user alone: a guest's memory has all its secrets.</summary>
    private string Make() =>
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;

    private static int Descendants(string key, IReadOnlyList<SavedEntry> entries) =>
        entries.Count(other => other.Manifest?.Parents.Contains(key) ?? false);

    /// <summary>Removes a state; returns whether nobody used it.</summary>
    public bool TryRemove(string key)
    {
        using var own = StateLock.TryOwn(LockOf(key));
        if (own is not null)
            Remove(key);
        return own is not null;
    }

    private bool IsUsed(string key)
    {
        using var own = StateLock.TryOwn(LockOf(key));
        return own is null;
    }

    /// <summary>What makers left that died: whoever lives holds the state's lock.</summary>
    private void RemoveStaging()
    {
        if (!Directory.Exists(folder))
            return;
        foreach (var path in Directory.EnumerateDirectories(folder, StagingPrefix + "*"))
        {
            using var own = StateLock.TryOwn(LockOf(Path.GetFileName(path)[StagingPrefix.Length..].Split('-')[0]));
            if (own is not null)
                Directory.Delete(path, recursive: true);
        }
    }

    private static async Task DisposeAllAsync(IEnumerable<FileStream> held)
    {
        foreach (var one in held)
            await one.DisposeAsync();
    }
}

/// <summary>A state as it lies there.</summary>
/// <param name="Manifest"><see langword="null"/> when it cannot be read.</param>
/// <param name="Bytes">Room that it takes on the disk.</param>
/// <param name="InUse">Whether somebody uses, makes or removes it just now.</param>
public sealed record SavedEntry(string Key, SavedManifest? Manifest, long Bytes, DateTimeOffset LastUse, bool InUse);
