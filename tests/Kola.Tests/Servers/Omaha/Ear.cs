using Kola.Servers;
using Microsoft.AspNetCore.Http;

namespace Kola.Tests.Servers.Omaha;

/// <summary>Stands before an Omaha server and keeps the bodies of all that is sent to it.</summary>
internal sealed class Ear : IAsyncDisposable
{
    private readonly LoopbackHost host = new(TimeProvider.System);
    private readonly HttpClient client = new();

    private Ear() { }

    public int Port => host.Port;

    /// <param name="behind">The server's port.</param>
    /// <param name="heard">Gets each body, in order.</param>
    public static async Task<Ear> StartAsync(int behind, ICollection<string> heard)
    {
        var ear = new Ear();
        await ear.host.StartAsync(http => ear.PassAsync(http, behind, heard), CancellationToken.None);
        return ear;
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        client.Dispose();
    }

    private async Task PassAsync(HttpContext http, int behind, ICollection<string> heard)
    {
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync();
        heard.Add(body);
        using var content = new StringContent(body);
        using var answer = await client.PostAsync(new Uri($"http://127.0.0.1:{behind}{http.Request.Path}"), content);
        http.Response.StatusCode = (int)answer.StatusCode;
        await answer.Content.CopyToAsync(http.Response.Body);
    }
}
