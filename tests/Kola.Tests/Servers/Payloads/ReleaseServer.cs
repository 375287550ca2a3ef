using Kola.Servers;
using Kola.Servers.Payloads;

namespace Kola.Tests.Servers.Payloads;

/// <summary>A payload server with a release of three files, and a client.</summary>
internal sealed class ReleaseServer : IAsyncDisposable
{
    public const string Artifact = "os_2.usr.raw";

    /// <summary>The release before, for a swap.</summary>
    public const string Older = "os:1";

    private readonly TemporaryFolder folder = new();

    private ReleaseServer(PayloadServer server)
    {
        Server = server;
        Client = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new($"http://127.0.0.1:{server.Port}/"), Timeout = TimeSpan.FromMinutes(1) };
        folder.Write(Artifact, Content);
        folder.Write("SHA256SUMS", "sums of 2\n");
        folder.Write("old", "sums of 1\n");
    }

    /// <summary>The artifact's bytes: more than one piece, and no two pieces the same.</summary>
    public static byte[] Content { get; } = [.. Enumerable.Range(0, 100_000).SelectMany(number => new[] { (byte)number, (byte)(number >> 8), (byte)(number >> 16) })];

    public PayloadServer Server { get; }

    public HttpClient Client { get; }

    public string this[string name] => folder[name];

    public static async Task<ReleaseServer> StartAsync(params PayloadFault[] faults) => await StartAsync(1, TimeProvider.System, faults);

    public static async Task<ReleaseServer> StartAsync(long seed, TimeProvider time, params PayloadFault[] faults)
    {
        var started = new ReleaseServer(await PayloadServer.StartAsync("updates", seed, time, CancellationToken.None));
        started.Offer(faults);
        return started;
    }

    public void Offer(params PayloadFault[] faults) => Offer(new Dictionary<string, string>(), faults);

    /// <param name="older">Paths of the older release's files by the names of this one's.</param>
    public void Offer(IReadOnlyDictionary<string, string> older, params PayloadFault[] faults) => Server.Offer(new()
    {
        Folder = folder.Path,
        Files = [Artifact, "SHA256SUMS"],
        Faults = faults,
        Counterparts = new Dictionary<string, IReadOnlyDictionary<string, string>> { [Older] = older },
    });

    public Task<HttpResponseMessage> GetAsync(string name, HttpCompletionOption until = HttpCompletionOption.ResponseContentRead) =>
        Client.GetAsync(new Uri(name, UriKind.Relative), until);

    public Task<byte[]> BytesAsync(string name) => Client.GetByteArrayAsync(new Uri(name, UriKind.Relative));

    public Task<string> TextAsync(string name) => Client.GetStringAsync(new Uri(name, UriKind.Relative));

    /// <summary>The one request, once its answer has ended.</summary>
    public async Task<PayloadRequest> EndedAsync()
    {
        var ended = new TaskCompletionSource<PayloadRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
        Server.Answered += request => ended.TrySetResult(request);
        foreach (var request in Server.Requests.Where(request => request.Ending != RequestEnding.Open))
            ended.TrySetResult(request);
        return await ended.Task.WaitAsync(TimeSpan.FromMinutes(1));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        folder.Dispose();
    }
}
