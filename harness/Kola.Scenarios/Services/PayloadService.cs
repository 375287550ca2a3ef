using System.Collections.Concurrent;
using Kola.Servers.Payloads;

namespace Kola.Scenarios.Services;

/// <summary>An update server. It serves nothing until a step says what.</summary>
internal sealed record PayloadDeclaration(string Name) : ServiceDeclaration(Name)
{
    public override int? FirstAddress => 100;

    public override async Task<IService> StartAsync(ServiceStart start, CancellationToken cancellation)
    {
        var server = await PayloadServer.StartAsync(Name, start.Seed, start.Time, cancellation);
        server.Answered += request => start.Requests.Write(Name, request, ServiceJson.Default.PayloadRequest);
        return new PayloadService(server);
    }
}

/// <inheritdoc cref="PayloadDeclaration"/>
internal sealed class PayloadService(PayloadServer server) : IService
{
    private readonly ConcurrentBag<string> served = [];
    private volatile Func<string, ServedName?> names = path => new(path);

    public string Name => server.Name;

    public int? Port => server.Port;

    public PayloadServer Server => server;

    /// <summary>Whether it has served a release.</summary>
    /// <param name="release">By what it calls itself.</param>
    public bool HasServed(string release) => served.Contains(release);

    /// <summary>Serves this from now on.</summary>
    /// <param name="release">What the release calls itself; <see langword="null"/> where the image does not say.</param>
    /// <param name="names">The names of its files that a path in a scenario means.</param>
    public void Offer(PayloadOffer offer, string? release, Func<string, ServedName?> names)
    {
        this.names = names;
        server.Offer(offer);
        if (release is not null)
            served.Add(release);
    }

    /// <summary>The served files that a path in a scenario means; <see langword="null"/>: what is served has no such file.</summary>
    public ServedName? Find(string path) => names(path);

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
