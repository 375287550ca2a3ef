using Kola.Machines.Sweeps;

namespace Kola.Tests.Machines.Sweeps;

/// <summary>A disk of bytes.</summary>
internal sealed class MemoryDisk(byte[] bytes) : IDiskView
{
    public byte[] Bytes => bytes;

    public long Length => bytes.Length;

    public void Read(long offset, Span<byte> into) => bytes.AsSpan((int)offset, into.Length).CopyTo(into);

    public ulong Identity(long offset, long length) => BitConverter.ToUInt64(System.Security.Cryptography.SHA256.HashData(bytes.AsSpan((int)offset, (int)length)));
}
