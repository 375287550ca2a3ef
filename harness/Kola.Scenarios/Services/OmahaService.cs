using System.Text.Json;
using Kola.Servers.Omaha;

namespace Kola.Scenarios.Services;

/// <summary>An Omaha server. It offers nothing until a step says what.</summary>
internal sealed record OmahaDeclaration(string Name) : ServiceDeclaration(Name)
{
    public override int? FirstAddress => 180;

    public override async Task<IService> StartAsync(ServiceStart start, CancellationToken cancellation) => new OmahaService(await OmahaService.StartServerAsync(Name, start, cancellation));
}

/// <inheritdoc cref="OmahaDeclaration"/>
internal sealed class OmahaService(OmahaServer server) : IService
{
    public string Name => server.Name;

    public int? Port => server.Port;

    public OmahaServer Server => server;

    /// <summary>Starts a server whose requests are kept.</summary>
    /// <exception cref="IOException">There is no port to listen on.</exception>
    public static async Task<OmahaServer> StartServerAsync(string name, ServiceStart start, CancellationToken cancellation)
    {
        var server = await OmahaServer.StartAsync(name, start.Time, cancellation);
        server.Answered += request => start.Requests.Write(name, request, ServiceJson.Default.OmahaRequest);
        return server;
    }

    /// <inheritdoc/>
    /// <remarks>What the machines have said: a scenario that continues judges the whole of it.</remarks>
    public JsonElement? Save() => Save(server);

    public void Restore(JsonElement saved) => server.Restore(Saved(saved));

    public ValueTask DisposeAsync() => server.DisposeAsync();

    internal static JsonElement Save(OmahaServer server) => JsonSerializer.SerializeToElement(server.Machines, ServiceJson.Default.IReadOnlyListOmahaMachine);

    internal static IReadOnlyList<OmahaMachine> Saved(JsonElement saved) => saved.Deserialize(ServiceJson.Default.IReadOnlyListOmahaMachine) ?? [];
}
