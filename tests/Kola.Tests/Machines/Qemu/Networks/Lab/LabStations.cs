using System.Buffers.Binary;
using System.Collections.Concurrent;
using Kola.Machines.Qemu.Networks.Lab;

namespace Kola.Tests.Machines.Qemu.Networks.Lab;

/// <summary>A lab network with ports a, b and c, and stations on it in the place of QEMUs.</summary>
internal sealed class LabStations : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ConcurrentDictionary<string, LabStation> stations = [];

    private LabStations(long seed, TimeProvider time)
    {
        Switch = new("lab", seed, folder["s"], folder.Path, time);
        Switch.Changed += Changes.Enqueue;
    }

    public LabSwitch Switch { get; }

    public ConcurrentQueue<LabPortChange> Changes { get; } = new();

    public LabStation this[string name] => stations[name];

    public LabPort Port(string name) => Switch.Ports.Single(port => port.Name == name);

    public string Capture(string name) => folder[$"lab.{name}.pcap"];

    public static async Task<LabStations> StartAsync(long seed = 1, TimeProvider? time = null)
    {
        var started = new LabStations(seed, time ?? TimeProvider.System);
        foreach (var name in new[] { "a", "b", "c" })
        {
            started.Switch.AddPort(name);
            await started.PlugInAsync(name);
        }

        return started;
    }

    /// <summary>Connects as a QEMU does.</summary>
    public async Task PlugInAsync(string name)
    {
        stations[name] = await LabStation.ConnectAsync(name, Port(name).Socket);
        await Port(name).WaitForConnectionAsync(CancellationToken.None).WaitAsync(LabStation.Patience);
    }

    /// <summary>Ends as a QEMU that is killed, and waits until that was noticed.</summary>
    public async Task<LabPortChange> PullAsync(string name)
    {
        var noticed = new TaskCompletionSource<LabPortChange>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Notice(LabPortChange change)
        {
            if (change.Port == name && change.What == "disconnected")
                noticed.TrySetResult(change);
        }

        Switch.Changed += Notice;
        stations[name].Dispose();
        return await noticed.Task.WaitAsync(LabStation.Patience);
    }

    /// <summary>A frame from one station to another, or to all.</summary>
    public static byte[] Frame(string from, string to, int number = 0, int bytes = 64)
    {
        var frame = new byte[bytes];
        Address(to).CopyTo(frame, 0);
        Address(from).CopyTo(frame, 6);
        frame[12] = 0x88;
        frame[13] = 0xB5;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(14), number);
        return frame;
    }

    public static int Number(byte[] frame) => BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(14));

    public async ValueTask DisposeAsync()
    {
        foreach (var station in stations.Values)
            station.Dispose();
        await Switch.DisposeAsync();
        folder.Dispose();
    }

    private static byte[] Address(string name) => name switch
    {
        "all" => [0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        "some" => [0x01, 0x00, 0x5e, 0, 0, 1],
        _ => [0x52, 0x54, 0, 0, 0, (byte)name[0]],
    };
}
