using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Kola.Machines.Qemu.Networks.Lab;

namespace Kola.Tests.FakeQemu;

/// <summary>Measures what passes from one port to another in Kola's lab switch and in QEMU's own hub, by the same two clients. Prints a line of JSON.</summary>
internal static class LabBench
{
    private const int Frames = 200_000, RoundTrips = 5_000;

    /// <summary>On their way at once: more than that would fill a port's queue, and frames beyond it are dropped.</summary>
    private const int Window = 256;

    /// <summary>As large as guests send them.</summary>
    private const int FrameBytes = 1514;

    /// <param name="qemu">The real one.</param>
    /// <param name="folder">For sockets.</param>
    public static async Task<int> RunAsync(string qemu, string folder)
    {
        await using var lab = new LabSwitch("bench", 1, Path.Combine(folder, "lab"), captures: null, TimeProvider.System);
        var ports = (lab.AddPort("a").Socket, lab.AddPort("b").Socket);
        var ours = await MeasureAsync(ports.Item1, ports.Item2);
        var (one, other) = (Path.Combine(folder, "hub.a"), Path.Combine(folder, "hub.b"));
        using var hub = Process.Start(new ProcessStartInfo(qemu,
        [
            "-machine", "none", "-nodefaults", "-display", "none", "-monitor", "none",
            "-netdev", $"stream,id=a,server=on,addr.type=unix,addr.path={one}", "-netdev", "hubport,id=ha,hubid=0,netdev=a",
            "-netdev", $"stream,id=b,server=on,addr.type=unix,addr.path={other}", "-netdev", "hubport,id=hb,hubid=0,netdev=b",
        ]))!;
        try
        {
            var theirs = await MeasureAsync(one, other);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $$"""{"lab": {{ours}}, "hub": {{theirs}} }"""));
        }
        finally
        {
            hub.Kill();
            await hub.WaitForExitAsync();
        }

        return 0;
    }

    private static async Task<string> MeasureAsync(string one, string other)
    {
        using var a = await ConnectAsync(one);
        using var b = await ConnectAsync(other);
        // Both addresses are known to a switch from now on.
        await ExchangeAsync(a, b, 100);
        var trips = await ExchangeAsync(a, b, RoundTrips);
        Array.Sort(trips);
        var rate = await FloodAsync(a, b);
        return string.Create(CultureInfo.InvariantCulture, $$"""{"framesPerSecond": {{rate:0}}, "roundTripMicroseconds": {{trips[trips.Length / 2]:0.0}}, "roundTripMicroseconds99": {{trips[trips.Length * 99 / 100]:0.0}} }""");
    }

    private static async Task<NetworkStream> ConnectAsync(string path)
    {
        for (var started = TimeProvider.System.GetTimestamp(); ; await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System))
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
                return new(socket, ownsSocket: true);
            }
            catch (SocketException) when (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(10))
            {
                // QEMU has not started yet.
                socket.Dispose();
            }
        }
    }

    /// <summary>Microseconds of each trip there and back.</summary>
    private static async Task<double[]> ExchangeAsync(NetworkStream a, NetworkStream b, int trips)
    {
        var (there, back, heard) = (Frame(1, 2), Frame(2, 1), new byte[4 + FrameBytes]);
        var took = new double[trips];
        for (var trip = 0; trip < trips; trip++)
        {
            var start = TimeProvider.System.GetTimestamp();
            await a.WriteAsync(there);
            await b.ReadExactlyAsync(heard);
            await b.WriteAsync(back);
            await a.ReadExactlyAsync(heard);
            took[trip] = TimeProvider.System.GetElapsedTime(start).TotalMicroseconds;
        }

        return took;
    }

    /// <summary>Frames a second from one to the other.</summary>
    private static async Task<double> FloodAsync(NetworkStream a, NetworkStream b)
    {
        var frame = Frame(1, 2);
        using var room = new SemaphoreSlim(Window);
        var start = TimeProvider.System.GetTimestamp();
        var sending = Task.Run(async () =>
        {
            for (var sent = 0; sent < Frames; sent++)
            {
                await room.WaitAsync();
                await a.WriteAsync(frame);
            }
        });
        var heard = new byte[64 * (4 + FrameBytes)];
        for (long bytes = 0, counted = 0; counted < Frames;)
        {
            bytes += await b.ReadAsync(heard);
            var whole = bytes / (4 + FrameBytes);
            if (whole > counted)
                room.Release((int)(whole - counted));
            counted = whole;
        }

        await sending;
        return Frames / TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }

    private static byte[] Frame(byte from, byte to)
    {
        var frame = new byte[4 + FrameBytes];
        BinaryPrimitives.WriteInt32BigEndian(frame, FrameBytes);
        // Locally administered addresses.
        (frame[4], frame[9]) = (2, to);
        (frame[10], frame[15]) = (2, from);
        return frame;
    }
}
