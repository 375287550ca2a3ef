using System.Net.Sockets;

namespace Kola.Machines.Qemu;

/// <summary>A unix socket that waits for one connection, then is gone.</summary>
internal sealed class UnixListener : IDisposable
{
    private readonly Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public UnixListener(string path)
    {
        Path = path;
        File.Delete(path);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen(1);
    }

    public string Path { get; }

    public async Task<NetworkStream> AcceptAsync(CancellationToken cancellation) =>
        new(await socket.AcceptAsync(cancellation), ownsSocket: true);

    public void Dispose()
    {
        socket.Dispose();
        File.Delete(Path);
    }
}
