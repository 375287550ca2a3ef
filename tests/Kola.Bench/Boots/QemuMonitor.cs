using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Kola.Bench.Boots;

/// <summary>QEMU's monitor for people, on a unix socket.</summary>
internal static partial class QemuMonitor
{
    /// <summary>The port of this host that leads to the guest's SSH; <see langword="null"/>: QEMU does not listen yet.</summary>
    public static async Task<int?> SshPortAsync(string path, CancellationToken cancellation)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
            await socket.SendAsync("info usernet\n"u8.ToArray(), cancellation);
            var said = new StringBuilder();
            var buffer = new byte[4096];
            while (await socket.ReceiveAsync(buffer, cancellation) is > 0 and var length)
            {
                said.Append(Encoding.UTF8.GetString(buffer.AsSpan(0, length)));
                if (Forward.Match(said.ToString()) is { Success: true } found)
                    return int.Parse(found.Groups["port"].Value);
            }
        }
        catch (SocketException)
        {
            // Not there yet, or gone: the caller sees whether QEMU still runs.
        }

        return null;
    }

    [GeneratedRegex(@"HOST_FORWARD\]\s+\d+\s+[\d.]+\s+(?<port>\d+)\s")]
    private static partial Regex Forward { get; }
}
