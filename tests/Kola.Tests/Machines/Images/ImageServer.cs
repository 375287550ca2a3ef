using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Kola.Tests.Machines.Images;

/// <summary>An HTTP server on loopback, at a port that the kernel picks, with the faults of real ones.</summary>
internal sealed class ImageServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private ImageServer(WebApplication app) => this.app = app;

    public ConcurrentDictionary<string, byte[]> Files { get; } = new();

    /// <summary>What the next requests meet, in order; nothing is a sound answer.</summary>
    public ConcurrentQueue<Fault> Faults { get; } = new();

    public ConcurrentQueue<(string Path, string? Range)> Requests { get; } = new();

    public string? ETag { get; set; } = "\"1\"";

    public bool IgnoresRange { get; set; }

    /// <summary>Whether the length is kept from the client (chunked).</summary>
    public bool HidesLength { get; set; }

    public Uri Address => new(app.Urls.Single() + "/");

    public static async Task<ImageServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var server = new ImageServer(builder.Build());
        server.app.Run(server.AnswerAsync);
        await server.app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        Requests.Enqueue((request.Path, request.Headers.Range.FirstOrDefault()));
        Faults.TryDequeue(out var fault);
        if (fault?.Status is { } status)
        {
            response.StatusCode = status;
            return;
        }
        if (!Files.TryGetValue(request.Path.Value!.TrimStart('/'), out var content))
        {
            response.StatusCode = 404;
            return;
        }
        var offset = Offset(request, content.Length);
        if (offset > 0)
        {
            response.StatusCode = 206;
            response.Headers.ContentRange = $"bytes {offset}-{content.Length - 1}/{content.Length}";
        }
        response.Headers.ETag = ETag;
        if (!HidesLength)
            response.ContentLength = content.Length - offset;
        var body = content.AsMemory(offset);
        await response.Body.WriteAsync(fault is null ? body : body[..Math.Min(fault.After, body.Length)]);
        if (fault is null)
            return;
        await response.Body.FlushAsync();
        if (fault.Stalls)
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        context.Features.Get<IHttpRequestLifetimeFeature>()!.Abort();
    }

    private int Offset(HttpRequest request, int length)
    {
        var range = request.GetTypedHeaders().Range?.Ranges.SingleOrDefault()?.From ?? 0;
        var holds = request.Headers.IfRange.FirstOrDefault() is not { } condition || condition == ETag;
        return IgnoresRange || !holds || range >= length ? 0 : int.Parse(range.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    /// <summary>A fault of one answer.</summary>
    public sealed record Fault
    {
        /// <summary>Answer with this status and no body.</summary>
        public int? Status { get; init; }

        /// <summary>Bytes sent before the connection is cut.</summary>
        public int After { get; init; }

        /// <summary>Send nothing more instead of cutting.</summary>
        public bool Stalls { get; init; }
    }
}
