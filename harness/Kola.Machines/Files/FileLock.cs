namespace Kola.Machines.Files;

/// <summary>
/// A lock that only one process, and one task in it, holds. The kernel keeps it (flock), so it ends with its holder however that ends.
/// The file stays: removing it would let two holders in.
/// </summary>
public sealed class FileLock : IDisposable
{
    private const int WouldBlock = 11;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private readonly FileStream file;

    private FileLock(FileStream file) => this.file = file;

    /// <param name="waits">Called once when another holds it.</param>
    /// <exception cref="HostException">The lock's file cannot be made.</exception>
    public static async Task<FileLock> AcquireAsync(string path, Action waits, TimeProvider time, CancellationToken cancellation)
    {
        var said = false;
        while (true)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                // FileShare.None is flock(LOCK_EX | LOCK_NB) on Unix.
                return new(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException failure) when (failure.HResult == WouldBlock)
            {
                if (!said)
                    waits();
                said = true;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw StorageFailure.Of(failure, path);
            }
            await Task.Delay(Interval, time, cancellation);
        }
    }

    public void Dispose() => file.Dispose();
}
