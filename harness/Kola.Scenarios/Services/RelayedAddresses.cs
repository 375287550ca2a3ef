using System.Globalization;
using Kola.Machines;

namespace Kola.Scenarios.Services;

/// <summary>Addresses in the guests' user network behind which servers of an attempt are.</summary>
internal static class RelayedAddresses
{
    private const string GuestNetwork = "10.0.2.";
    private const int GuestPort = 8080;

    /// <summary>One after the other, without the host's ports, which are others in each run.</summary>
    /// <param name="first">The first one's number in the network.</param>
    public static IReadOnlyList<ServedAddress> From(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(number => new ServedAddress(string.Create(CultureInfo.InvariantCulture, $"{GuestNetwork}{number}"), GuestPort, 0))];

    /// <summary>The same with the ports that the servers listen on.</summary>
    public static IReadOnlyList<ServedAddress> To(this IReadOnlyList<ServedAddress> addresses, IEnumerable<int> ports) =>
        [.. addresses.Zip(ports, (address, port) => address with { HostPort = port })];

    /// <summary>Where guests find the server.</summary>
    public static Uri Url(this ServedAddress address) => new($"http://{address.GuestAddress}:{address.GuestPort}/");
}
