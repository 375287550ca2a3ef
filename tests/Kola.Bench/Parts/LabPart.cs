using System.Text.Json;
using CliWrap;
using Kola.Machines.Host;
using Kola.Machines.Qemu.Networks.Lab;

namespace Kola.Bench.Parts;

/// <summary>What passes between machines: Kola's switch beside QEMU's own hub, by the same two clients.</summary>
internal sealed class LabPart : IBenchPart
{
    private static readonly JsonSerializerOptions Numbers = new(JsonSerializerDefaults.Web);

    public string Name => "lab";

    public string Measures => "frames a second and round trip from port to port: the switch between machines, beside QEMU's own hub";

    public async Task MeasureAsync(BenchSession session, CancellationToken cancellation)
    {
        Console.WriteLine("lab: the switch between machines, and QEMU's own hub");
        var lab = await SwitchAsync(session, cancellation);
        var hub = await HubAsync(session, cancellation);
        session.Measured.Note("lab", JsonSerializer.SerializeToNode(new { lab, hub }, Numbers)!);
        session.Measured.Row("frames a second, lab switch", lab.FramesPerSecond);
        session.Measured.Row("frames a second, QEMU's hub", hub.FramesPerSecond);
        session.Measured.Row("round trip, lab switch", lab.RoundTripMicroseconds, "us");
        session.Measured.Row("round trip, QEMU's hub", hub.RoundTripMicroseconds, "us");
    }

    private static async Task<FrameTraffic> SwitchAsync(BenchSession session, CancellationToken cancellation)
    {
        await using var lab = new LabSwitch("bench", 1, Path.Combine(session.Work, "lab"), captures: null, session.Time);
        return await FrameTraffic.MeasureAsync(lab.AddPort("a").Socket, lab.AddPort("b").Socket, session.Time, cancellation);
    }

    private static async Task<FrameTraffic> HubAsync(BenchSession session, CancellationToken cancellation)
    {
        var program = Executables.Find("qemu-system-x86_64") ?? throw new BenchException("qemu-system-x86_64 is not installed; run ci/setup");
        var (one, other) = (Path.Combine(session.Work, "hub.a"), Path.Combine(session.Work, "hub.b"));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var hub = Cli.Wrap(program).WithArguments(
        [
            "-machine", "none", "-nodefaults", "-display", "none", "-monitor", "none",
            "-netdev", $"stream,id=a,server=on,addr.type=unix,addr.path={one}", "-netdev", "hubport,id=ha,hubid=0,netdev=a",
            "-netdev", $"stream,id=b,server=on,addr.type=unix,addr.path={other}", "-netdev", "hubport,id=hb,hubid=0,netdev=b",
        ]).WithValidation(CommandResultValidation.None).ExecuteAsync(stop.Token);
        try
        {
            return await FrameTraffic.MeasureAsync(one, other, session.Time, cancellation);
        }
        finally
        {
            await stop.CancelAsync();
            await hub.Task.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }
}
