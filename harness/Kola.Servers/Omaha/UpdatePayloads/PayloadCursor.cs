using System.Security.Cryptography;

namespace Kola.Servers.Omaha.UpdatePayloads;

/// <summary>Reads a payload from start to end; hashes all of it, and what signatures are over: all but signatures.</summary>
internal sealed class PayloadCursor(Stream input) : IDisposable
{
    private readonly IncrementalHash whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash signed = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] buffer = new byte[128 * 1024];

    /// <summary>Bytes read so far.</summary>
    public long Position { get; private set; }

    /// <summary>Of what is signed so far.</summary>
    public byte[] SignedSha256() => signed.GetCurrentHash();

    /// <summary>Of all so far, in lower-case hexadecimal.</summary>
    public string Sha256() => Convert.ToHexStringLower(whole.GetCurrentHash());

    /// <summary>So many bytes; <see langword="null"/>: it ends before.</summary>
    /// <param name="most">No more memory than that is taken, whatever <paramref name="count"/> says.</param>
    public async Task<byte[]?> TakeAsync(ulong count, int most, bool signed, CancellationToken cancellation)
    {
        if (count > (ulong)most)
            return null;
        var taken = new MemoryStream();
        return await PassAsync(count, signed, piece => taken.Write(piece.Span), cancellation) ? taken.ToArray() : null;
    }

    /// <summary>Hands so many bytes on, a piece at a time.</summary>
    /// <returns>Whether there were as many.</returns>
    public async Task<bool> PassAsync(ulong count, bool signed, Action<ReadOnlyMemory<byte>> take, CancellationToken cancellation)
    {
        while (count > 0)
        {
            var read = await input.ReadAsync(buffer.AsMemory(0, (int)Math.Min(count, (ulong)buffer.Length)), cancellation);
            if (read == 0)
                return false;
            whole.AppendData(buffer, 0, read);
            if (signed)
                this.signed.AppendData(buffer, 0, read);
            take(buffer.AsMemory(0, read));
            Position += read;
            count -= (ulong)read;
        }

        return true;
    }

    public void Dispose()
    {
        whole.Dispose();
        signed.Dispose();
    }
}
