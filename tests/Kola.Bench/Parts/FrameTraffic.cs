using System.Buffers.Binary;
using System.Net.Sockets;

namespace Kola.Bench.Parts;

/// <summary>What passes from one port to another of whatever joins Ethernet frames, each with its length before it, on unix sockets.</summary>
/// <param name="FramesPerSecond">One way, as fast as they go.</param>
/// <param name="RoundTripMicroseconds">The median.</param>
/// <param name="RoundTripMicroseconds99">What 99 % stay below.</param>
internal sealed record FrameTraffic(double FramesPerSecond, double RoundTripMicroseconds, double RoundTripMicroseconds99)
{
    private const int Frames = 200_000, RoundTrips = 5_000;

    /// <summary>On their way at once: more than that would fill a port's queue, and frames beyond it are dropped.</summary>
    private const int Window = 256;

    /// <summary>As large as guests send them.</summary>
    private const int FrameBytes = 1514;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static async Task<FrameTraffic> MeasureAsync(string one, string other, TimeProvider time, CancellationToken cancellation)
    {
        using var a = await ConnectAsync(one, time, cancellation);
        using var b = await ConnectAsync(other, time, cancellation);
        // Whatever listens may accept later than the kernel, and drops what comes before. Both addresses are known to a switch from now on.
        await MeetAsync(a, b, Frame(1, 2), time, cancellation);
        await MeetAsync(b, a, Frame(2, 1), time, cancellation);
        await ExchangeAsync(a, b, 100, time, cancellation);
        var trips = await ExchangeAsync(a, b, RoundTrips, time, cancellation);
        Array.Sort(trips);
        var rate = await FloodAsync(a, b, time, cancellation);
        return new(Math.Round(rate), Math.Round(trips[trips.Length / 2], 1), Math.Round(trips[trips.Length * 99 / 100], 1));
    }

    private static async Task<NetworkStream> ConnectAsync(string path, TimeProvider time, CancellationToken cancellation)
    {
        for (var started = time.GetTimestamp(); ; await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellation))
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
                return new(socket, ownsSocket: true);
            }
            catch (SocketException) when (time.GetElapsedTime(started) < Patience)
            {
                // QEMU has not started yet.
                socket.Dispose();
            }
        }
    }

    /// <summary>Sends a frame until it arrives, and reads those that were sent too often.</summary>
    private static async Task MeetAsync(NetworkStream from, NetworkStream to, byte[] frame, TimeProvider time, CancellationToken cancellation)
    {
        for (var started = time.GetTimestamp(); !to.Socket.Poll(Pause, SelectMode.SelectRead);)
        {
            if (time.GetElapsedTime(started) > Patience)
                throw new BenchException($"timed out after {Patience.TotalSeconds:0} s waiting for a frame to pass");
            await from.WriteAsync(frame, cancellation);
        }

        var heard = new byte[frame.Length];
        while (to.Socket.Poll(Pause, SelectMode.SelectRead))
            await to.ReadExactlyAsync(heard, cancellation);
    }

    /// <summary>Microseconds of each trip there and back.</summary>
    private static async Task<double[]> ExchangeAsync(NetworkStream a, NetworkStream b, int trips, TimeProvider time, CancellationToken cancellation)
    {
        var (there, back, heard) = (Frame(1, 2), Frame(2, 1), new byte[4 + FrameBytes]);
        var took = new double[trips];
        for (var trip = 0; trip < trips; trip++)
        {
            var start = time.GetTimestamp();
            await a.WriteAsync(there, cancellation);
            await b.ReadExactlyAsync(heard, cancellation);
            await b.WriteAsync(back, cancellation);
            await a.ReadExactlyAsync(heard, cancellation);
            took[trip] = time.GetElapsedTime(start).TotalMicroseconds;
        }

        return took;
    }

    /// <summary>Frames a second from one to the other.</summary>
    private static async Task<double> FloodAsync(NetworkStream a, NetworkStream b, TimeProvider time, CancellationToken cancellation)
    {
        var frame = Frame(1, 2);
        using var room = new SemaphoreSlim(Window);
        var start = time.GetTimestamp();
        var sending = Task.Run(async () =>
        {
            for (var sent = 0; sent < Frames; sent++)
            {
                await room.WaitAsync(cancellation);
                await a.WriteAsync(frame, cancellation);
            }
        }, cancellation);
        var heard = new byte[64 * (4 + FrameBytes)];
        for (long bytes = 0, counted = 0; counted < Frames;)
        {
            bytes += await b.ReadAsync(heard, cancellation);
            var whole = bytes / (4 + FrameBytes);
            if (whole > counted)
                room.Release((int)(whole - counted));
            counted = whole;
        }

        await sending;
        return Frames / time.GetElapsedTime(start).TotalSeconds;
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
