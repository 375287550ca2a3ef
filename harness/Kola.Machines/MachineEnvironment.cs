using Kola.Machines.Host;
using Kola.Machines.Inspection;
using Kola.Machines.Qemu;
using Kola.Machines.Qemu.Firmware;

namespace Kola.Machines;

/// <summary>What machines run on. Many machines share one.</summary>
public sealed record MachineEnvironment
{
    /// <summary>Owns the machines' processes and files.</summary>
    public required ProcessScope Scope { get; init; }

    public required QemuInstallation Qemu { get; init; }

    public required Accelerator Accelerator { get; init; }

    public required FirmwareCatalog Firmware { get; init; }

    /// <summary>Each machine logs to a folder of its name in here.</summary>
    public required string LogDirectory { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Reads what the kernel has counted for a process at a timestamp.</summary>
    internal Func<int, long, SchedulerSample?> ReadScheduler { get; init; } = (process, at) => SchedulerSample.Read(process, at);

    /// <summary>Looks at the host and opens a scope; the caller disposes of <see cref="Scope"/>.</summary>
    /// <param name="stateDirectory">See <see cref="Images.ImageLocations.State"/>.</param>
    /// <exception cref="HostException">Something that every machine needs is missing.</exception>
    public static async Task<MachineEnvironment> PrepareAsync(
        string stateDirectory, string logDirectory, TimeProvider time, CancellationToken cancellation)
    {
        var qemu = await QemuInstallation.LocateAsync(cancellation);
        return new()
        {
            Qemu = qemu,
            Accelerator = await new AcceleratorProbe(stateDirectory, time).ProbeAsync(qemu, cancellation),
            Firmware = FirmwareCatalog.Locate(),
            LogDirectory = logDirectory,
            Time = time,
            Scope = await ProcessScope.StartAsync(stateDirectory, time, cancellation),
        };
    }
}
