using System.Collections.Concurrent;
using System.Text.Json;
using Kola.Servers.Omaha;
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
        return new PayloadService(server, start);
    }
}

/// <inheritdoc cref="PayloadDeclaration"/>
internal sealed class PayloadService(PayloadServer server, ServiceStart start) : IService
{
    private readonly ConcurrentBag<string> served = [];
    private volatile Func<string, ServedName?> names = path => new(path);
    private IReadOnlyList<OmahaMachine> restored = [];

    public string Name => server.Name;

    public int? Port => server.Port;

    public PayloadServer Server => server;

    /// <summary>What it serves, by its name in the scenario; <see langword="null"/>: nothing yet.</summary>
    public string? Image { get; private set; }

    /// <summary>The Omaha server that answers at the same address; <see langword="null"/>: none of the releases served so far is updated by that protocol.</summary>
    public OmahaServer? Omaha { get; private set; }

    /// <summary>Whether it has served a release.</summary>
    /// <param name="release">By what it calls itself.</param>
    public bool HasServed(string release) => served.Contains(release);

    /// <summary>Serves this from now on.</summary>
    /// <param name="image">The release, by its name in the scenario.</param>
    /// <param name="release">What the release calls itself; <see langword="null"/> where the image does not say.</param>
    /// <param name="names">The names of its files that a path in a scenario means.</param>
    public void Offer(PayloadOffer offer, string image, string? release, Func<string, ServedName?> names)
    {
        this.names = names;
        Image = image;
        server.Offer(offer);
        if (release is not null)
            served.Add(release);
    }

    /// <summary>Offers what it serves by the Omaha protocol, too, for machines that ask so.</summary>
    /// <exception cref="IOException">There is no port to listen on.</exception>
    public async Task OfferByOmahaAsync(OmahaOffer offer, CancellationToken cancellation)
    {
        if (Omaha is null)
        {
            Omaha = await OmahaService.StartServerAsync($"{Name}.omaha", start, cancellation);
            Omaha.Restore(restored);
            server.AnswerBeside(Omaha);
        }

        Omaha.Offer(offer);
    }

    /// <summary>The served files that a path in a scenario means; <see langword="null"/>: what is served has no such file.</summary>
    public ServedName? Find(string path) => names(path);

    public JsonElement? Save() => Omaha is null ? null : OmahaService.Save(Omaha);

    public void Restore(JsonElement saved) => restored = OmahaService.Saved(saved);

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        if (Omaha is not null)
            await Omaha.DisposeAsync();
    }
}
