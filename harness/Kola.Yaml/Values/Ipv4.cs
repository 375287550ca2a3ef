using System.Net;
using System.Net.Sockets;

namespace Kola.Yaml.Values;

/// <summary>IPv4 addresses and networks as files write them: <c>10.20.0.11</c>, <c>10.20.0.0/24</c>.</summary>
public static class Ipv4
{
    /// <summary>How an address is written.</summary>
    public static WrittenForm AddressForm { get; } = new("an IPv4 address such as 10.20.0.11", @"^[0-9]{1,3}(\.[0-9]{1,3}){3}$");

    /// <summary>How a network is written.</summary>
    public static WrittenForm NetworkForm { get; } = new("an IPv4 network such as 10.20.0.0/24", @"^[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}$");

    /// <summary>Whether the text is four numbers from 0 to 255 with dots between, and nothing shorter that also counts as an address elsewhere.</summary>
    public static bool TryParseAddress(string text, out IPAddress address) =>
        IPAddress.TryParse(text, out address!) && address.AddressFamily is AddressFamily.InterNetwork && address.ToString() == text;

    /// <summary>Whether the text is a network of 2 to 65,534 hosts: no bit is set that tells hosts apart.</summary>
    public static bool TryParseNetwork(string text, out IPNetwork network) =>
        IPNetwork.TryParse(text, out network) && network.BaseAddress.AddressFamily is AddressFamily.InterNetwork && network.PrefixLength is >= 16 and <= 30 && network.ToString() == text;

    /// <summary>Whether a machine may have the address: it is in the network, and neither its first nor its last.</summary>
    public static bool IsHost(this IPNetwork network, IPAddress address) =>
        network.Contains(address) && Number(address) != Number(network.BaseAddress) && Number(address) != Last(network);

    /// <summary>Whether an address is in both.</summary>
    public static bool Overlaps(this IPNetwork network, IPNetwork other) => network.Contains(other.BaseAddress) || other.Contains(network.BaseAddress);

    private static uint Last(IPNetwork network) => Number(network.BaseAddress) | uint.MaxValue >> network.PrefixLength;

    private static uint Number(IPAddress address) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());
}
