namespace Kola.Machines.Qemu.Tpm;

/// <summary>Waits until a file appears, told by the kernel (inotify(7)).</summary>
internal sealed class FileCreation : IDisposable
{
    private readonly TaskCompletionSource seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FileSystemWatcher watcher;

    public FileCreation(string path)
    {
        watcher = new FileSystemWatcher(Path.GetDirectoryName(path)!, Path.GetFileName(path));
        watcher.Created += (_, _) => seen.TrySetResult();
        watcher.EnableRaisingEvents = true;
        // Watched first, looked at second: nothing falls between.
        if (File.Exists(path))
            seen.TrySetResult();
    }

    public Task Seen => seen.Task;

    public void Dispose() => watcher.Dispose();
}
