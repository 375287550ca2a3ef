namespace Kola.Machines.Snapshots;

/// <summary>
/// A lock of one snapshot: several use it, or one makes or removes it. Kept by the kernel (flock), so it ends with its holder however that ends.
/// The file stays, for removing it would let a user and a remover in at once; its time of change tells when the snapshot was last used.
/// </summary>
internal static class SnapshotLock
{
    private const int WouldBlock = 11;

    /// <summary>As a user; <see langword="null"/> while somebody makes or removes it.</summary>
    public static FileStream? TryShare(string path) => TryOpen(path, FileAccess.Read, FileShare.Read);

    /// <summary>As its maker or remover; <see langword="null"/> while anybody else has it.</summary>
    public static FileStream? TryOwn(string path) => TryOpen(path, FileAccess.ReadWrite, FileShare.None);

    private static FileStream? TryOpen(string path, FileAccess access, FileShare share)
    {
        try
        {
            // FileShare.None is flock(LOCK_EX | LOCK_NB) on Unix, FileShare.Read with FileAccess.Read is LOCK_SH.
            return new(path, FileMode.OpenOrCreate, access, share);
        }
        catch (IOException e) when (e.HResult == WouldBlock)
        {
            return null;
        }
    }
}
