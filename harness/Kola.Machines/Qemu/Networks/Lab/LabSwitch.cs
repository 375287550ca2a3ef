using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;

namespace Kola.Machines.Qemu.Networks.Lab;

/// <summary>An Ethernet segment between machines, without root: a learning switch that QEMUs connect to by unix sockets, with faults as they are ordered.</summary>
/// <remarks>It listens from the moment a port is added, so that machines may start at any time. Safe for use by several tasks.</remarks>
public sealed class LabSwitch : IAsyncDisposable
{
    /// <summary>A guest that makes up addresses does not take the host's memory.</summary>
    private const int MostAddresses = 4096;

    /// <summary>Of each port's capture.</summary>
    private const long CaptureBytes = 256L << 20;

    private readonly ConcurrentDictionary<ulong, LabPort> addresses = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly List<Task> running = [];
    private readonly string name;
    private readonly long seed;
    private readonly string sockets;
    private readonly string? captures;
    private readonly TimeProvider time;
    private readonly long begun;
    private LabPort[] ports = [];
    private LabConditions conditions = LabConditions.Healthy;
    private bool disposed;

    /// <param name="name">Of the network.</param>
    /// <param name="seed">Seed of every random choice: the same frames in the same order on a way fare alike.</param>
    /// <param name="sockets">Prefix of the sockets' paths, in a folder that exists; short (a path has at most 107 bytes, unix(7)).</param>
    /// <param name="captures">Folder that exists, for <c>NETWORK.PORT.pcap</c> with each port's frames; <see langword="null"/>: none are kept.</param>
    public LabSwitch(string name, long seed, string sockets, string? captures, TimeProvider time)
    {
        (this.name, this.seed, this.sockets, this.captures, this.time) = (name, seed, sockets, captures, time);
        begun = time.GetTimestamp();
    }

    /// <summary>In the order in which they were added.</summary>
    public IReadOnlyList<LabPort> Ports => Volatile.Read(ref ports);

    /// <summary>How the network behaves now.</summary>
    public LabConditions Conditions => Volatile.Read(ref conditions);

    /// <summary>Called when a cable is plugged in or out, from whatever thread saw it. Must not block.</summary>
    public event Action<LabPortChange>? Changed;

    internal TimeSpan Now => time.GetElapsedTime(begun);

    /// <summary>A place to plug a machine's cable in. Not for several tasks at once.</summary>
    /// <param name="port">Unique in this network; becomes part of a file's name.</param>
    /// <exception cref="HostException">Its socket or capture cannot be made.</exception>
    public LabPort AddPort(string port)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        try
        {
            var capture = captures is null ? null : new PacketCapture(Path.Combine(captures, $"{name}.{port}.pcap"), CaptureBytes, time);
            var added = new LabPort(this, port, new(string.Create(CultureInfo.InvariantCulture, $"{sockets}.{ports.Length}")), capture, time);
            Volatile.Write(ref ports, [.. ports, added]);
            running.Add(added.RunAsync(stopping.Token));
            return added;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException)
        {
            throw new HostException($"cannot make port {port} of network {name}: {e.Message}; free some space, or set XDG_RUNTIME_DIR to a folder that can be written", e);
        }
    }

    /// <summary>From now on the network behaves so, instead of as before. Frames that are on their way arrive as they would have.</summary>
    /// <exception cref="ArgumentException">There is no such port, or a value is out of its range.</exception>
    public void Apply(LabConditions next)
    {
        if (next.Names.FirstOrDefault(named => ports.All(port => port.Name != named)) is { } unknown)
            throw new ArgumentException($"network {name} has no port {unknown}; expected one of {string.Join(", ", ports.Select(port => port.Name))}", nameof(next));
        foreach (var fault in next.Faults)
            fault.Validate();
        Volatile.Write(ref conditions, next);
    }

    /// <summary>Unplugs everything.</summary>
    public async ValueTask DisposeAsync()
    {
        if (disposed)
            return;
        disposed = true;
        await stopping.CancelAsync();
        await Task.WhenAll(running);
        foreach (var port in ports)
            port.Dispose();
        stopping.Dispose();
    }

    /// <summary>For the seed of a way.</summary>
    internal string Purpose(string from, string to) => string.Create(CultureInfo.InvariantCulture, $"{name}\0{seed}\0{from}\0{to}");

    internal void Tell(LabPortChange change) => Changed?.Invoke(change);

    /// <summary>Passes a frame on: to where its destination was last heard from, or to all.</summary>
    internal void Forward(LabPort from, byte[] frame)
    {
        if (frame.Length < EthernetFrame.LeastBytes)
            return;
        Learn(EthernetFrame.Source(frame), from);
        var destination = EthernetFrame.Destination(frame);
        var current = Conditions;
        if (!EthernetFrame.IsGroup(destination) && addresses.TryGetValue(destination, out var known))
        {
            if (known != from)
                from.Pass(frame, known, current);
            return;
        }

        foreach (var port in Volatile.Read(ref ports))
            if (port != from)
                from.Pass(frame, port, current);
    }

    /// <summary>What was heard from a port that is unplugged may come from elsewhere.</summary>
    internal void Forget(LabPort port)
    {
        foreach (var (address, at) in addresses)
            if (at == port)
                addresses.TryRemove(address, out _);
    }

    private void Learn(ulong source, LabPort from)
    {
        if (EthernetFrame.IsGroup(source) || (addresses.TryGetValue(source, out var known) && known == from))
            return;
        if (addresses.Count >= MostAddresses)
            addresses.Clear();
        addresses[source] = from;
    }
}
