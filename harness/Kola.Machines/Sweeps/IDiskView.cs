namespace Kola.Machines.Sweeps;

/// <summary>A disk that is read in this process.</summary>
public interface IDiskView
{
    /// <summary>Bytes.</summary>
    long Length { get; }

    /// <summary>Fills the span with the bytes from an offset on; all of them lie within the disk.</summary>
    void Read(long offset, Span<byte> into);

    /// <summary>A number that stands for the content of a range: equal where that is equal, and else different but for a chance of one in 2^64.</summary>
    ulong Identity(long offset, long length);
}
