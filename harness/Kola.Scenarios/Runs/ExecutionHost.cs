using System.Globalization;
using System.Security.Cryptography;
using Kola.Machines;
using Kola.Machines.Host;
using Kola.Machines.Qemu.Firmware;
using Kola.Machines.Snapshots;
using Kola.Results.Events;
using Kola.Scenarios.Scheduling;

namespace Kola.Scenarios.Runs;

/// <summary>This host, looked at once for all runs of the process: QEMU, accelerator, firmware, and the scope that owns every child process.</summary>
public sealed class ExecutionHost : IAsyncDisposable
{
    /// <summary>Part of the memory that is to be had while no machine runs that machines may take together.</summary>
    private const double MemoryShare = 0.8;

    private readonly MachineEnvironment environment;

    /// <summary>A host that is described already.</summary>
    /// <param name="stateFolder">See <see cref="RunOptions.StateFolder"/>.</param>
    /// <param name="snapshots">Where snapshots are kept; <see langword="null"/>: every machine boots.</param>
    /// <param name="hostFolder">Where what belongs to the host is kept for runs of all checkouts; <see langword="null"/>: with the state.</param>
    /// <param name="calm">Tells when the host is calm; <see langword="null"/>: by this host's pressure.</param>
    /// <param name="measure">What there is for all scenarios together; <see langword="null"/>: what this host has.</param>
    internal ExecutionHost(MachineEnvironment environment, string stateFolder, SnapshotStore? snapshots = null, Func<Demand>? measure = null, HostCalm? calm = null, string? hostFolder = null)
    {
        this.environment = environment;
        Snapshots = snapshots;
        var resources = HostResources.Measure();
        var cpus = Math.Max(1, (int)resources.Cpus);
        Facts = new()
        {
            Accelerator = environment.Accelerator.Name,
            AcceleratorReason = environment.Accelerator.Reason,
            QemuVersion = environment.Qemu.Version.ToString(),
            QemuSha256 = Digest(environment.Qemu.Path),
            Firmware = new[] { environment.Firmware.Uefi, environment.Firmware.SecureBoot }.OfType<FirmwareImage>()
                .SelectMany(image => new[] { image.Code, image.Variables }).Distinct().ToDictionary(path => path, Digest),
            Cpus = cpus,
            MemoryBytes = resources.MemoryBytes,
        };
        Budget = new(Path.Combine(hostFolder ?? stateFolder, "budget"), measure ?? Measure, environment.Time, measure is null ? new(environment.Time) : null);
        Calm = calm ?? new(environment.Time);
        Admission = new(Budget, int.MaxValue);
        Durations = new(Path.Combine(stateFolder, "durations.json"), environment.Time);
    }

    /// <summary>The host as the record tells it.</summary>
    public HostFacts Facts { get; }

    /// <summary>What all scenarios together may take, those of other processes included.</summary>
    public HostBudget Budget { get; }

    /// <summary>Admits the scenarios of all runs of this process.</summary>
    public Admission Admission { get; }

    /// <summary>Tells when the host has processors to spare.</summary>
    internal HostCalm Calm { get; }

    /// <summary>How long scenarios took here.</summary>
    internal RecordedDurations Durations { get; }

    /// <summary>Templates and checkpoints, shared by all runs of the checkout; <see langword="null"/>: none are kept.</summary>
    public SnapshotStore? Snapshots { get; }

    public Accelerator Accelerator => environment.Accelerator;

    /// <summary>Finds what machines need. What an earlier Kola left behind when it was killed is removed.</summary>
    /// <exception cref="HostException">Something that every machine needs is missing.</exception>
    public static async Task<ExecutionHost> OpenAsync(string stateFolder, TimeProvider time, CancellationToken cancellation) =>
        new(await MachineEnvironment.PrepareAsync(stateFolder, stateFolder, time, cancellation), stateFolder, SnapshotStore.In(stateFolder, time), hostFolder: HostFolder.Open());

    /// <summary>Where the machines of one attempt run.</summary>
    /// <param name="logFolder">Each machine's console and QEMU logs go to a folder of its name below this one.</param>
    public MachineEnvironment Environment(string logFolder) => environment with { LogDirectory = logFolder };

    private static string Digest(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"{path} cannot be read: {e.Message}; what machines run on is part of the record", e);
        }
    }

    public ValueTask DisposeAsync() => environment.Scope.DisposeAsync();

    /// <exception cref="InputException"><c>KOLA_CPUS</c> is no number of processors.</exception>
    private static Demand Measure()
    {
        var resources = HostResources.Measure();
        return new(Cpus(System.Environment.GetEnvironmentVariable("KOLA_CPUS")) ?? Math.Max(1, (int)resources.Cpus), (long)(resources.AvailableBytes * MemoryShare));
    }

    /// <summary>What scenarios may take together where somebody says so: machines that mostly wait can share a processor.</summary>
    internal static int? Cpus(string? setting) =>
        setting is null or "" ? null
        : int.TryParse(setting, NumberStyles.None, CultureInfo.InvariantCulture, out var cpus) && cpus > 0 ? cpus
        : throw new InputException($"KOLA_CPUS={setting}: expected a number of processors that scenarios may take together, such as 8");
}
