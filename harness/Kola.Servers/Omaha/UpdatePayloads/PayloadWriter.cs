using System.Security.Cryptography;

namespace Kola.Servers.Omaha.UpdatePayloads;

/// <summary>Makes full update payloads: every block of every image by REPLACE, signed.</summary>
/// <remarks>
/// The format has no specification; it is as update_engine 0.4.10 reads it. Images are read twice, a piece at a time: memory is some MiB whatever their size, but for the manifest's 60 bytes a MiB of image.
/// The same images and key make the same bytes.
/// </remarks>
public static class PayloadWriter
{
    /// <param name="key">RSA, at least 2048 bits.</param>
    /// <param name="output">Replaced where it exists, once the payload is whole.</param>
    /// <exception cref="InvalidDataException">Key, format and images do not make a payload; the message says why.</exception>
    /// <exception cref="IOException">An image cannot be read or the output not be written.</exception>
    public static async Task<MadePayload> WriteAsync(PayloadRecipe recipe, RSA key, string output, CancellationToken cancellation)
    {
        if (recipe.Format is not (1 or 2))
            throw new InvalidDataException($"there is no payload format {recipe.Format}; expected 1 or 2");
        if (key.KeySize < PayloadSigning.LeastKeyBits)
            throw new InvalidDataException($"the key has {key.KeySize} bits; expected RSA with at least {PayloadSigning.LeastKeyBits}");
        if (new[] { recipe.Partition, recipe.Kernel }.Any(image => image is not null && Path.GetFullPath(image) == Path.GetFullPath(output)))
            throw new InvalidDataException($"{output} is an image that the payload is made from; give another output");
        var partition = await ImagePlan.ReadAsync(recipe.Partition, 0, cancellation);
        var kernel = recipe.Kernel is { } path ? await ImagePlan.ReadAsync(path, partition.Size, cancellation) : null;
        if (recipe.Format == 1 && partition.Size + (kernel?.Size ?? 0) is > uint.MaxValue and var size)
            throw new InvalidDataException($"the images have {size} bytes; expected less than 4 GiB, because payloads of format 1 count bytes with 32 bits");
        var unfinished = $"{output}.unfinished";
        try
        {
            MadePayload made;
            await using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
            {
                using var sink = new PayloadSink(file);
                await WriteAsync(recipe, partition, kernel, key, sink, cancellation);
                made = sink.ToMade(partition.Operations.Count + (kernel?.Operations.Count ?? 0));
            }

            File.Move(unfinished, output, overwrite: true);
            return made;
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    private static async Task WriteAsync(PayloadRecipe recipe, ImagePlan partition, ImagePlan? kernel, RSA key, PayloadSink sink, CancellationToken cancellation)
    {
        using var foreign = recipe.Defect is PayloadDefect.ForeignSignature ? RSA.Create(key.KeySize) : null;
        var signer = recipe.Defect is PayloadDefect.NoSignature ? null : foreign ?? key;
        var version = recipe.Defect is PayloadDefect.OldSignature ? 1 : PayloadSigning.Version;
        var signatureBytes = signer is null ? 0 : PayloadSigning.MessageBytes(signer);
        var manifest = PayloadManifest.Write(recipe, partition, kernel, signatureBytes);
        var told = manifest.Length + (recipe.Defect is PayloadDefect.WrongManifestSize ? 1 : 0);
        var header = new PayloadHeader((ulong)recipe.Format, (ulong)told, recipe.Format == 1 ? 0 : (uint)signatureBytes).ToBytes();
        if (recipe.Defect is PayloadDefect.BadMagic)
            header[3] = (byte)'X';
        await sink.WriteAsync(header, signed: true, cancellation);
        await sink.WriteAsync(manifest, signed: true, cancellation);
        if (recipe.Format != 1 && signer is not null)
            await sink.WriteAsync(PayloadSigning.Sign(signer, sink.SignedSha256(), version), signed: false, cancellation);
        var flips = recipe.Defect is PayloadDefect.FlippedBlob;
        foreach (var image in kernel is null ? [partition] : new[] { partition, kernel })
        {
            await foreach (var piece in image.DataAsync(cancellation))
            {
                if (flips)
                    piece.Span[piece.Length / 2] ^= 1;
                flips = false;
                await sink.WriteAsync(piece, signed: true, cancellation);
            }
        }

        if (signer is not null)
            await sink.WriteAsync(PayloadSigning.Sign(signer, sink.SignedSha256(), version), signed: false, cancellation);
    }
}
