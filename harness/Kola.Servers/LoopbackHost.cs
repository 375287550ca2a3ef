using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Kola.Servers;

/// <summary>An HTTP server on a loopback port that the system gives.</summary>
internal sealed class LoopbackHost : IAsyncDisposable
{
    /// <summary>A client that does not take its answer is cut off when the server stops.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource stopping = new();
    private readonly TimeProvider time;
    private WebApplication? app;
    private bool disposed;

    public LoopbackHost(TimeProvider time)
    {
        this.time = time;
        // Kept: an answer may end when the source is gone.
        Stopping = stopping.Token;
    }

    /// <summary>On 127.0.0.1.</summary>
    public int Port { get; private set; }

    /// <summary>Answers that would last have to end.</summary>
    public CancellationToken Stopping { get; }

    /// <exception cref="IOException">There is no port to listen on.</exception>
    public async Task StartAsync(RequestDelegate answer, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.AddServerHeader = false;
            // An emulated guest that stores what it reads may be slow, and that is no fault.
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(10);
        });
        app = builder.Build();
        app.Run(answer);
        await app.StartAsync(cancellation);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Port = new Uri(address).Port;
    }

    /// <summary>Answers a request, and reports how the answer ended, also when it broke off.</summary>
    /// <param name="answer">Ends by an exception when the client leaves or the server stops.</param>
    public async Task AnswerAsync(HttpContext http, Func<Task<RequestEnding>> answer, Action<RequestEnding> ended)
    {
        var ending = RequestEnding.Complete;
        try
        {
            ending = await answer();
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            http.Abort();
            ending = Stopping.IsCancellationRequested ? RequestEnding.Stopped : RequestEnding.ClientLeft;
        }
        finally
        {
            ended(ending);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (disposed)
            return;
        disposed = true;
        await stopping.CancelAsync();
        if (app is not null)
        {
            using var patience = new CancellationTokenSource(StopPatience, time);
            await app.StopAsync(patience.Token);
            await app.DisposeAsync();
        }

        stopping.Dispose();
    }
}
