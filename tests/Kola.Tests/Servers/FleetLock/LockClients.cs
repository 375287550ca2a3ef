using System.Net;
using System.Text.Json;
using FluentAssertions;
using Kola.Servers.FleetLock;

namespace Kola.Tests.Servers.FleetLock;

/// <summary>A FleetLock server with two groups, and clients that ask as Zincati does: no Content-Type.</summary>
internal sealed class LockClients : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly HttpClient client = new() { Timeout = TimeSpan.FromMinutes(1) };

    public FleetLockServer Server { get; private set; } = null!;

    public string StateFile => folder["locks.json"];

    /// <param name="slots">Of group <c>default</c>; group <c>etcd</c> has one.</param>
    public static async Task<LockClients> StartAsync(int slots = 1, TimeProvider? time = null)
    {
        var started = new LockClients();
        await started.StartServerAsync(slots, time ?? TimeProvider.System);
        return started;
    }

    /// <summary>Stops the server and starts another one on its state.</summary>
    public async Task RestartAsync(int slots = 1)
    {
        await Server.DisposeAsync();
        await StartServerAsync(slots, TimeProvider.System);
    }

    public Task<(HttpStatusCode Status, string? Kind)> LockAsync(string id, string group = "default") => AskAsync("v1/pre-reboot", Message(id, group));

    public Task<(HttpStatusCode Status, string? Kind)> UnlockAsync(string id, string group = "default") => AskAsync("v1/steady-state", Message(id, group));

    public static string Message(string id, string group = "default") => $$$"""{"client_params":{"id":"{{{id}}}","group":"{{{group}}}"}}""";

    /// <param name="header">The protocol's header; <see langword="null"/>: none.</param>
    public async Task<(HttpStatusCode Status, string? Kind)> AskAsync(string path, string body, string? header = "true", HttpMethod? method = null, CancellationToken cancellation = default)
    {
        using var content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(body));
        using var request = new HttpRequestMessage(method ?? HttpMethod.Post, new Uri($"http://127.0.0.1:{Server.Port}/{path}")) { Content = content };
        if (header is not null)
            request.Headers.Add("fleet-lock-protocol", header);
        using var response = await client.SendAsync(request, cancellation);
        var said = await response.Content.ReadAsByteArrayAsync(cancellation);
        if (response.IsSuccessStatusCode)
            return (response.StatusCode, null);
        using var error = JsonDocument.Parse(said);
        error.RootElement.GetProperty("value").GetString().Should().NotBeNullOrEmpty();
        return (response.StatusCode, error.RootElement.GetProperty("kind").GetString());
    }

    /// <summary>All requests, once so many have been answered.</summary>
    public async Task<IReadOnlyList<FleetLockRequest>> AnsweredAsync(int count)
    {
        await Server.WaitUntilAsync(server => server.Requests.Count(request => request.AnsweredAt is not null) >= count, CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1));
        return Server.Requests;
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await Server.DisposeAsync();
        folder.Dispose();
    }

    private async Task StartServerAsync(int slots, TimeProvider time) =>
        Server = await FleetLockServer.StartAsync("locks", new Dictionary<string, int> { ["default"] = slots, ["etcd"] = 1 }, StateFile, time, CancellationToken.None);
}
