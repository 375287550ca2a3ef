using System.Buffers.Binary;
using System.Net.Sockets;

namespace Kola.Tests.Machines.Qemu.Networks.Lab;

/// <summary>One end of a lab network's cable, as QEMU's stream network has it: four bytes of length, most significant first, before each frame.</summary>
internal sealed class LabStation : IDisposable
{
    private readonly NetworkStream stream;

    private LabStation(string name, NetworkStream stream) => (Name, this.stream) = (name, stream);

    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(1);

    public string Name { get; }

    public static async Task<LabStation> ConnectAsync(string name, string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        return new(name, new(socket, ownsSocket: true));
    }

    public Task SendAsync(string to, int number = 0, int bytes = 64) => WriteAsync(Framed(LabStations.Frame(Name, to, number, bytes)));

    /// <summary>Bytes as they are.</summary>
    public async Task WriteAsync(byte[] bytes) => await stream.WriteAsync(bytes).AsTask().WaitAsync(Patience);

    public static byte[] Framed(byte[] frame)
    {
        var bytes = new byte[4 + frame.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)frame.Length);
        frame.CopyTo(bytes, 4);
        return bytes;
    }

    /// <summary>The next frame that comes.</summary>
    public async Task<byte[]> HearAsync()
    {
        var length = new byte[4];
        await stream.ReadExactlyAsync(length).AsTask().WaitAsync(Patience);
        var frame = new byte[BinaryPrimitives.ReadUInt32BigEndian(length)];
        await stream.ReadExactlyAsync(frame).AsTask().WaitAsync(Patience);
        return frame;
    }

    public async Task<int> HearNumberAsync() => LabStations.Number(await HearAsync());

    /// <summary>Whether the other side has ended the connection.</summary>
    public async Task<bool> EndedAsync() => await stream.ReadAsync(new byte[1]).AsTask().WaitAsync(Patience) == 0;

    public void Dispose() => stream.Dispose();
}
