using System.Security.Cryptography;
using Kola.Servers.Omaha.UpdatePayloads;

namespace Kola.Tests.Servers.Omaha.UpdatePayloads;

/// <summary>Makes payloads of images in a folder of its own.</summary>
internal sealed class PayloadBench : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <summary>One for all tests: a key takes a while to make.</summary>
    public static RSA Key { get; } = RSA.Create(2048);

    public string this[string name] => folder[name];

    /// <summary>Bytes without a pattern, the same for the same number.</summary>
    public static byte[] Image(int size, int seed = 1)
    {
        var blocks = Enumerable.Range(0, (size / SHA256.HashSizeInBytes) + 1).SelectMany(number => SHA256.HashData([(byte)seed, .. BitConverter.GetBytes(number)]));
        return [.. blocks.Take(size)];
    }

    public async Task<(MadePayload Made, byte[] Bytes)> MakeAsync(byte[] partition, byte[]? kernel = null, int format = 1, PayloadDefect? defect = null, RSA? key = null)
    {
        var recipe = new PayloadRecipe { Partition = folder.Write("usr.img", partition), Kernel = kernel is null ? null : folder.Write("vmlinuz", kernel), Format = format, Defect = defect };
        var made = await PayloadWriter.WriteAsync(recipe, key ?? Key, folder["update.gz"], CancellationToken.None);
        return (made, await File.ReadAllBytesAsync(folder["update.gz"]));
    }

    public static Task<PayloadReport> InspectAsync(byte[] payload, RSA? key = null) => PayloadReader.InspectAsync(new MemoryStream(payload), key ?? Key, CancellationToken.None);

    public void Dispose() => folder.Dispose();
}
