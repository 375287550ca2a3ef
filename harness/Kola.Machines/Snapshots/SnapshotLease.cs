using System.Text.Json;
using Kola.Machines.Files;

namespace Kola.Machines.Snapshots;

/// <summary>A hold on one snapshot: either it is there and stays while this is held, or the holder is the one to make it.</summary>
public sealed class SnapshotLease : IAsyncDisposable
{
    private readonly SnapshotStore store;
    private readonly string staging;
    private IReadOnlyList<FileStream> locks;

    /// <param name="locks">Of the snapshot and of those that its disks are overlays of.</param>
    internal SnapshotLease(SnapshotStore store, string key, Snapshot? snapshot, IReadOnlyList<FileStream> locks)
    {
        this.store = store;
        this.locks = locks;
        staging = store.StagingOf(key);
        Key = key;
        Snapshot = snapshot;
    }

    public string Key { get; }

    /// <summary><see langword="null"/>: there is none yet; <see cref="Stage()"/> and <see cref="PublishAsync"/> make it.</summary>
    public Snapshot? Snapshot { get; private set; }

    /// <summary>The folder to save the machines to, each in one of its name: one that is never taken for a snapshot.</summary>
    /// <returns>Absolute path; exists.</returns>
    /// <exception cref="HostException">It cannot be made.</exception>
    public string Stage()
    {
        try
        {
            return Directory.CreateDirectory(staging).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Of(e, staging);
        }
    }

    /// <summary>Where to save a machine.</summary>
    /// <exception cref="HostException">Its folder cannot be made.</exception>
    public MachineSnapshot Stage(string machine)
    {
        try
        {
            return new(Directory.CreateDirectory(Path.Combine(staging, machine)).FullName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Of(e, staging);
        }
    }

    /// <summary>Makes the staged files the snapshot, with one rename. From then on it stays while this is held.</summary>
    /// <param name="parents">Keys of the snapshots whose disks this one's are overlays of; they must be held.</param>
    /// <exception cref="HostException">It cannot be written.</exception>
    public async Task<Snapshot> PublishAsync(string title, IReadOnlyList<string> machines, IReadOnlyList<string> parents, JsonElement? harness, DateTimeOffset now, CancellationToken cancellation)
    {
        try
        {
            var from = Stage();
            var files = new List<SnapshotFile>();
            foreach (var path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                files.Add(new(Path.GetRelativePath(from, path), new FileInfo(path).Length, await FileDigest.Sha256OfAsync(path, cancellation)));
            var manifest = new SnapshotManifest { Key = Key, Title = title, Made = now, Machines = machines, Parents = parents, Harness = harness, Files = files };
            AtomicFile.Write(Path.Combine(from, SnapshotManifest.FileName), JsonSerializer.SerializeToUtf8Bytes(manifest, SnapshotJson.Default.SnapshotManifest));
            Directory.Move(from, store.FolderOf(Key));
            await SnapshotCheck.RememberAsync(store.FolderOf(Key), manifest, cancellation);
            var made = await ShareAsync(parents, cancellation);
            await store.PruneAsync(all: false, cancellation);
            return made;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Of(e, store.FolderOf(Key));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Directory.Exists(staging))
            Directory.Delete(staging, recursive: true);
        await ReleaseAsync();
    }

    private async Task ReleaseAsync()
    {
        foreach (var held in Interlocked.Exchange(ref locks, []))
            await held.DisposeAsync();
    }

    /// <summary>From maker to user. For a moment nobody holds it: should it be removed just then, this fails and nothing was lost.</summary>
    private async Task<Snapshot> ShareAsync(IReadOnlyList<string> parents, CancellationToken cancellation)
    {
        await ReleaseAsync();
        for (var tries = 0; ; tries++)
        {
            if (await store.TryOpenAsync(Key, cancellation) is { } again)
            {
                (locks, Snapshot) = (again.locks, again.Snapshot);
                return Snapshot ?? throw new HostException($"snapshot {Key} was removed while it was made{(parents.Count > 0 ? ", or one that it depends on was" : "")}; try again");
            }

            if (tries == 50)
                throw new HostException($"snapshot {Key} is in use by another process; try again when that has ended");
            await store.RestAsync(cancellation);
        }
    }
}
