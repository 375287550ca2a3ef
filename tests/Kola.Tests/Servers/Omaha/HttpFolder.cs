using Kola.Servers.Omaha;
using Kola.Servers.Payloads;
using Kola.Tests.Machines.Images;

namespace Kola.Tests.Servers.Omaha;

/// <summary>One payload behind HTTP, with its digest in SHA256SUMS.</summary>
internal sealed class HttpFolder(PayloadServer server, string name, string content) : IAsyncDisposable
{
    public string Address => $"http://127.0.0.1:{server.Port}/";

    public static async Task<HttpFolder> StartAsync(TemporaryFolder folder, string name, string content)
    {
        folder.Write($"served/{name}", content);
        folder.Write("served/SHA256SUMS", $"{Digest(content)}  {name}\n");
        var server = await PayloadServer.StartAsync("updates", 1, TimeProvider.System, CancellationToken.None);
        server.Offer(new() { Folder = folder["served"], Files = [name, "SHA256SUMS"] });
        return new(server, name, content);
    }

    public OmahaOffer Offer(string version) => new() { Version = version, Codebase = Address, Packages = [new(name, content.Length, Digest(content))] };

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private static string Digest(string content) => ReleaseFolder.Sha256(System.Text.Encoding.UTF8.GetBytes(content));
}
