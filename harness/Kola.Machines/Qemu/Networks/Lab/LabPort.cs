using System.Net.Sockets;
using System.Threading.Channels;

namespace Kola.Machines.Qemu.Networks.Lab;

/// <summary>Where one machine's cable is plugged into a lab network. A QEMU that ends unplugs it, the next one plugs it in again.</summary>
public sealed class LabPort : IDisposable
{
    /// <summary>Frames that are kept for a machine that takes none: it is paused, or slow.</summary>
    private const int QueuedFrames = 1024;

    private readonly LabSwitch network;
    private readonly UnixListener listener;
    private readonly DelayLine delays;
    private readonly TimeProvider time;
    private readonly Dictionary<LabPort, LabLink> links = [];
    private readonly long[] counts = new long[Enum.GetValues<LabTraffic>().Length];
    private PacketCapture? capture;
    private Channel<byte[]>? outgoing;
    private TaskCompletionSource connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal LabPort(LabSwitch network, string name, UnixListener listener, PacketCapture? capture, TimeProvider time)
    {
        (this.network, Name, this.listener, this.capture, this.time) = (network, name, listener, capture, time);
        delays = new(() => network.Now, Queue, time);
    }

    public string Name { get; }

    /// <summary>What QEMU connects to.</summary>
    public string Socket => listener.Path;

    /// <summary>Whether a QEMU is connected now.</summary>
    public bool Connected => Volatile.Read(ref outgoing) is not null;

    /// <summary>Waits until a QEMU is connected.</summary>
    public Task WaitForConnectionAsync(CancellationToken cancellation) => Volatile.Read(ref connected).Task.WaitAsync(cancellation);

    /// <summary>Frames since the port was made.</summary>
    public long Count(LabTraffic traffic) => Interlocked.Read(ref counts[(int)traffic]);

    /// <summary>Its network does this.</summary>
    public void Dispose()
    {
        delays.Dispose();
        listener.Dispose();
        Interlocked.Exchange(ref capture, null)?.Dispose();
    }

    /// <summary>Serves one QEMU after the other, until it is cancelled.</summary>
    internal async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await using var stream = await listener.AcceptAsync(cancellation);
                await ServeAsync(stream, cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            // The network is taken down.
        }
        catch (SocketException e)
        {
            Tell("failed", e.Message);
        }
    }

    /// <summary>Passes a frame on to another port.</summary>
    internal void Pass(byte[] frame, LabPort to, LabConditions conditions)
    {
        if (!links.TryGetValue(to, out var link))
            links[to] = link = new(Name, to.Name, network.Purpose(Name, to.Name));
        var delivery = link.Pass(frame.Length, conditions, network.Now);
        if (delivery.Dropped is { } why)
        {
            Add(why);
            return;
        }

        if (delivery.Overtaken)
            Add(LabTraffic.Overtaken);
        to.Take(frame, delivery.Due);
        if (!delivery.Twice)
            return;
        Add(LabTraffic.Duplicated);
        to.Take(frame, delivery.Due);
    }

    private void Take(byte[] frame, TimeSpan due)
    {
        if (!delays.TryAdd(frame, due))
            Add(LabTraffic.Overflowed);
    }

    /// <summary>Without a QEMU there is nobody to hear it.</summary>
    private void Queue(byte[] frame)
    {
        if (Volatile.Read(ref outgoing) is { } queue && !queue.Writer.TryWrite(frame))
            Add(LabTraffic.Overflowed);
    }

    private async Task ServeAsync(NetworkStream stream, CancellationToken cancellation)
    {
        // TryWrite fails when it is full, and never waits.
        var queue = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(QueuedFrames) { SingleReader = true });
        using var unplugged = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Volatile.Write(ref outgoing, queue);
        connected.TrySetResult();
        Tell("connected", null);
        var sending = SendAsync(stream, queue.Reader, unplugged);
        var why = await ReceiveAsync(stream, unplugged.Token);
        await unplugged.CancelAsync();
        var unsent = await sending;
        Volatile.Write(ref connected, new(TaskCreationOptions.RunContinuationsAsynchronously));
        Volatile.Write(ref outgoing, null);
        network.Forget(this);
        Tell("disconnected", why ?? unsent);
    }

    /// <summary>Returns why, where it is not that the other side ended.</summary>
    private async Task<string?> ReceiveAsync(NetworkStream stream, CancellationToken cancellation)
    {
        var frames = new FrameReader(stream);
        try
        {
            while (await frames.ReadAsync(cancellation) is { } frame)
            {
                Add(LabTraffic.Received);
                Capture(frame);
                network.Forward(this, frame);
            }

            return null;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or OperationCanceledException)
        {
            return e is InvalidDataException ? e.Message : null;
        }
    }

    private async Task<string?> SendAsync(NetworkStream stream, ChannelReader<byte[]> queue, CancellationTokenSource unplugged)
    {
        var frames = new FrameWriter(stream, frame =>
        {
            Add(LabTraffic.Sent);
            Capture(frame);
        });
        try
        {
            await frames.PumpAsync(queue, unplugged.Token);
            return null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (IOException e)
        {
            // Whoever does not read any more does not hear; the reading side is told so.
            await unplugged.CancelAsync();
            return e.Message;
        }
    }

    private void Capture(byte[] frame)
    {
        if (Volatile.Read(ref capture) is not { } file)
            return;
        string? why;
        try
        {
            why = file.Write(frame) ? null : "it has become as large as it may";
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            why = e.Message;
        }

        if (why is null || Interlocked.CompareExchange(ref capture, null, file) != file)
            return;
        file.Dispose();
        Tell("capture-ended", why);
    }

    private void Tell(string what, string? detail) => network.Tell(new(Name, what, detail, time.GetUtcNow()));

    private void Add(LabTraffic traffic) => Interlocked.Increment(ref counts[(int)traffic]);
}
