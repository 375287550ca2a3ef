using System.Security.Cryptography;

namespace Kola.Servers.Omaha.UpdatePayloads;

/// <summary>Where a payload is written to; hashes all of it, and what signatures are over: all but signatures.</summary>
internal sealed class PayloadSink(Stream output) : IDisposable
{
    private readonly IncrementalHash whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash signed = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long size;

    /// <summary>Of what is to be signed so far.</summary>
    public byte[] SignedSha256() => signed.GetCurrentHash();

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, bool signed, CancellationToken cancellation)
    {
        whole.AppendData(bytes.Span);
        if (signed)
            this.signed.AppendData(bytes.Span);
        size += bytes.Length;
        await output.WriteAsync(bytes, cancellation);
    }

    public MadePayload ToMade(int operations) => new(size, Convert.ToHexStringLower(whole.GetCurrentHash()), operations);

    public void Dispose()
    {
        whole.Dispose();
        signed.Dispose();
    }
}
