using Kola.Machines;
using Kola.Machines.Host;
using Kola.Machines.Saved;
using Kola.Results.Events;
using Kola.Scenarios.Scheduling;

namespace Kola.Scenarios.Execution;

/// <summary>This host, looked at once for all runs of the process: QEMU, accelerator, firmware, and the scope that owns every child process.</summary>
public sealed class ExecutionHost : IAsyncDisposable
{
    /// <summary>Part of the memory that is to be had when the host is opened that machines may take together.</summary>
    private const double MemoryShare = 0.8;

    private readonly MachineEnvironment environment;

    /// <summary>A host that is described already.</summary>
    /// <param name="states">Where saved machines are kept; <see langword="null"/>: every machine boots.</param>
    internal ExecutionHost(MachineEnvironment environment, SavedStore? states = null)
    {
        this.environment = environment;
        States = states;
        var resources = HostResources.Measure();
        var cpus = Math.Max(1, (int)resources.Cpus);
        Facts = new()
        {
            Accelerator = environment.Accelerator.Name,
            AcceleratorReason = environment.Accelerator.Reason,
            QemuVersion = environment.Qemu.Version.ToString(),
            Cpus = cpus,
            MemoryBytes = resources.MemoryBytes,
        };
        Budget = new Demand(cpus, (long)(resources.AvailableBytes * MemoryShare));
        Admission = new(Budget, int.MaxValue);
    }

    /// <summary>The host as the record tells it.</summary>
    public HostFacts Facts { get; }

    /// <summary>What all scenarios together may take.</summary>
    public Demand Budget { get; }

    /// <summary>Admits the scenarios of all runs of this process.</summary>
    public Admission Admission { get; }

    /// <summary>Machines that were saved: templates and checkpoints, shared by all runs of the checkout.</summary>
    public SavedStore? States { get; }

    public Accelerator Accelerator => environment.Accelerator;

    /// <summary>Finds what machines need. What an earlier Kola left behind when it was killed is removed.</summary>
    /// <exception cref="HostException">Something that every machine needs is missing.</exception>
    public static async Task<ExecutionHost> OpenAsync(string stateFolder, TimeProvider time, CancellationToken cancellation) =>
        new(await MachineEnvironment.PrepareAsync(stateFolder, stateFolder, time, cancellation), SavedStore.In(stateFolder, time));

    /// <summary>Where the machines of one attempt run.</summary>
    /// <param name="logFolder">Each machine's console and QEMU logs go to a folder of its name below this one.</param>
    public MachineEnvironment Environment(string logFolder) => environment with { LogDirectory = logFolder };

    public ValueTask DisposeAsync() => environment.Scope.DisposeAsync();
}
