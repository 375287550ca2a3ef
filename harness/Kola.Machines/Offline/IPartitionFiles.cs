namespace Kola.Machines.Offline;

/// <summary>The files of a file system that was taken out of a disk. Paths are absolute and written with slashes.</summary>
public interface IPartitionFiles
{
    /// <summary>Copies a file to the host.</summary>
    /// <exception cref="GuestException">There is no such file, or it cannot be read.</exception>
    Task ReadAsync(string path, string target, CancellationToken cancellation);

    /// <summary>Writes a file from the host, over one that is there.</summary>
    /// <exception cref="GuestException">There is no room, or no folder.</exception>
    Task WriteAsync(string path, string source, CancellationToken cancellation);

    /// <exception cref="GuestException">There is no such file.</exception>
    Task DeleteAsync(string path, CancellationToken cancellation);
}

/// <summary>The right one for what a partition holds.</summary>
public static class PartitionFiles
{
    /// <param name="image">The file system, from its first byte.</param>
    /// <param name="partition">Its number, for messages.</param>
    /// <exception cref="GuestException">It is of a kind whose files cannot be read here.</exception>
    public static async Task<IPartitionFiles> OfAsync(string image, int partition, CancellationToken cancellation)
    {
        return (await FileSystemMark.OfAsync(partition, image, cancellation)).Kind switch
        {
            "vfat" => new FatFiles(image),
            "ext4" => new ExtFiles(image),
            var kind => throw new GuestException($"partition {partition} holds no file system whose files can be changed from outside: expected vfat or ext4, got {kind}"),
        };
    }
}
