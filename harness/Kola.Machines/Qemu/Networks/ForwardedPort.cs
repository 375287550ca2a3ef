using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Kola.Machines.Qemu.Networks;

/// <summary>Reads the port QEMU picked from what the monitor prints for <c>info usernet</c>.</summary>
internal static partial class ForwardedPort
{
    /// <exception cref="HostException">No such forwarding is listed.</exception>
    public static IPEndPoint Parse(string usernet, int guestPort)
    {
        var found = Forward().Matches(usernet).FirstOrDefault(m => int.Parse(m.Groups["guest"].ValueSpan, CultureInfo.InvariantCulture) == guestPort)
            ?? throw new HostException($"QEMU forwards no port to the guest's port {guestPort}; it says: {usernet.Trim()}");
        return new(IPAddress.Parse(found.Groups["host"].Value), int.Parse(found.Groups["port"].ValueSpan, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"TCP\[HOST_FORWARD\]\s+\d+\s+(?<host>[\d.]+)\s+(?<port>\d+)\s+[\d.]+\s+(?<guest>\d+)")]
    private static partial Regex Forward();
}
