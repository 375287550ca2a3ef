using System.Text.Json;
using Kola.Machines.Files;

namespace Kola.Machines.Snapshots;

/// <summary>A hold on one saved state: either it is there and stays while this is held, or the holder is the one to make it.</summary>
public sealed class SavedLease : IAsyncDisposable
{
    private readonly SavedStore store;
    private IReadOnlyList<FileStream> parents;
    private FileStream? held;
    private SavedStaging? staging;

    internal SavedLease(SavedStore store, string key, FileStream held, SavedState? state, IReadOnlyList<FileStream> parents)
    {
        this.store = store;
        this.held = held;
        this.parents = parents;
        Key = key;
        State = state;
    }

    public string Key { get; }

    /// <summary><see langword="null"/>: there is none yet; <see cref="Stage"/> and <see cref="PublishAsync"/> make it.</summary>
    public SavedState? State { get; private set; }

    /// <summary>The folder to save the machines to.</summary>
    /// <exception cref="HostException">It cannot be made.</exception>
    public SavedStaging Stage()
    {
        try
        {
            return staging ??= store.Stage(Key);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Of(e, store.FolderOf(Key));
        }
    }

    /// <summary>Makes the staged files the state, with one rename. From then on it stays while this is held.</summary>
    /// <param name="parents">Keys of the states whose disks this one's are overlays of; they must be held.</param>
    /// <exception cref="HostException">It cannot be written.</exception>
    public async Task<SavedState> PublishAsync(string title, IReadOnlyList<string> machines, IReadOnlyList<string> parents, JsonElement? harness, DateTimeOffset now, CancellationToken cancellation)
    {
        try
        {
            var from = Stage().Folder;
            var files = new List<SavedFile>();
            foreach (var path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                files.Add(new(Path.GetRelativePath(from, path), new FileInfo(path).Length, await FileDigest.Sha256OfAsync(path, cancellation)));
            var manifest = new SavedManifest { Key = Key, Title = title, Made = now, Machines = machines, Parents = parents, Harness = harness, Files = files };
            AtomicFile.Write(Path.Combine(from, SavedManifest.FileName), JsonSerializer.SerializeToUtf8Bytes(manifest, SavedJson.Default.SavedManifest));
            Directory.Move(from, store.FolderOf(Key));
            staging = null;
            await SavedCheck.RememberAsync(store.FolderOf(Key), manifest, cancellation);
            await ShareAsync(parents, cancellation);
            await store.PruneAsync(all: false, cancellation);
            return State!;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Of(e, store.FolderOf(Key));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (staging is not null && Directory.Exists(staging.Folder))
            Directory.Delete(staging.Folder, recursive: true);
        if (held is not null)
            await held.DisposeAsync();
        foreach (var parent in parents)
            await parent.DisposeAsync();
        held = null;
        parents = [];
    }

    /// <summary>From maker to user. For a moment nobody holds it: should it be removed just then, this fails and nothing was lost.</summary>
    private async Task ShareAsync(IReadOnlyList<string> stoodOn, CancellationToken cancellation)
    {
        await held!.DisposeAsync();
        held = null;
        for (var tries = 0; ; tries++)
        {
            if (await store.TryOpenAsync(Key, cancellation) is { } again)
            {
                (held, parents, State) = (again.held, again.parents, again.State);
                break;
            }

            if (tries == 50)
                throw new HostException($"the saved state {Key} is held by another process; wait for it, and try again");
            await store.RestAsync(cancellation);
        }

        if (State is null)
            throw new HostException($"the saved state {Key} was removed while it was made{(stoodOn.Count > 0 ? ", or one that it stands on was" : "")}; try again");
    }
}
