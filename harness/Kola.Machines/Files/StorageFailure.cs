namespace Kola.Machines.Files;

/// <summary>Says what a failed write means for a person.</summary>
internal static class StorageFailure
{
    private const int NoSpace = 28, QuotaExceeded = 122;

    public static HostException Of(Exception failure, string path) => failure.HResult is NoSpace or QuotaExceeded
        ? new HostException($"the disk is full at {path}; free space there, or choose another place with KOLA_CACHE_DIR (downloads) or KOLA_STATE_DIR (builds)", failure)
        : new HostException($"{path} cannot be written ({failure.Message}); check its owner and permissions, or choose another place with KOLA_CACHE_DIR or KOLA_STATE_DIR", failure);

    /// <summary>Refuses to begin what the disk cannot hold.</summary>
    public static void RequireSpace(string folder, long bytes)
    {
        var free = new DriveInfo(folder).AvailableFreeSpace;
        if (free < bytes)
            throw new HostException($"the disk is full at {folder}: {bytes >> 20} MiB are needed, {free >> 20} MiB are free; free space there, or choose another place with KOLA_CACHE_DIR");
    }
}
