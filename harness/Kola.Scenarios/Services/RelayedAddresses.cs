using System.Globalization;
using Kola.Machines;
using Kola.Scenarios.Model;

namespace Kola.Scenarios.Services;

/// <summary>Addresses in the machines' user networks behind which the servers of an attempt are.</summary>
internal static class RelayedAddresses
{
    private const string GuestNetwork = "10.0.2.";
    private const int GuestPort = 8080;

    /// <summary>Those of a scenario, without the host's ports, which differ from run to run.</summary>
    public static IReadOnlyList<ServedAddress> Of(ScenarioCase scenario) => [.. ByName(ServiceDeclaration.Of(scenario)).Select(relayed => relayed.Address)];

    /// <summary>By block of addresses; within one, in the order in which the services are declared.</summary>
    public static IReadOnlyList<(string Name, ServedAddress Address)> ByName(IReadOnlyList<ServiceDeclaration> services) =>
    [
        .. services.Where(service => service.FirstAddress is not null).GroupBy(service => service.FirstAddress!.Value).OrderBy(block => block.Key)
            .SelectMany(block => block.Select((service, index) => (service.Name, At(block.Key + index)))),
    ];

    /// <summary>Where machines find the server.</summary>
    public static Uri Url(this ServedAddress address) => new($"http://{address.GuestAddress}:{address.GuestPort}/");

    /// <summary>Where machines find the first server of a block.</summary>
    public static Uri First(int block) => At(block).Url();

    private static ServedAddress At(int number) => new(string.Create(CultureInfo.InvariantCulture, $"{GuestNetwork}{number}"), GuestPort, 0);
}
