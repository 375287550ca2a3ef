using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Kola.Machines;
using Kola.Machines.Guests;
using Kola.Machines.Images;
using Kola.Machines.Images.Catalog;
using Kola.Machines.Offline;
using Kola.Machines.Provisioning;
using Kola.Machines.Ssh;
using Kola.Results.Sweeps;
using Kola.Scenarios.Model;
using Kola.Scenarios.Services;
using Kola.Yaml;

namespace Kola.Scenarios.Live;

/// <summary>A scenario's machine in one attempt: QEMU, its SSH session, and what is known of its boots.</summary>
internal sealed partial class LiveMachine : IAsyncDisposable
{
    /// <summary>Bounds for KVM; scaled under emulation.</summary>
    private static readonly TimeSpan DefaultReady = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan PowerOffGrace = TimeSpan.FromSeconds(30);

    /// <summary>For an SSH connection that is closed with its machine.</summary>
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(5);

    private readonly AttemptLog log;
    private readonly AccessKey key;
    private readonly Readiness readiness;
    private readonly TimeSpan readyBound;
    private readonly TimeSpan grace;
    private readonly TimeProvider time;
    private ImmutableList<string> boots = [];
    private MachineFault? firstFault;

    private LiveMachine(MachineDefinition definition, ResolvedImage image, MachineSpec spec, MachineEnvironment environment, AccessKey key, string folder, AttemptLog log)
    {
        Releases = new(this, log);
        Definition = definition;
        Image = image;
        this.log = log;
        time = environment.Time;
        this.key = key;
        Machine = new Machine(spec, environment);
        Machine.Changed += change => log.Machine(spec.Name, change.State, change.Detail);
        Machine.Console.FaultSeen += fault =>
        {
            var allowed = Machine.AllowedFaults.Contains(fault.Name);
            FaultLines.Enqueue(fault.Line);
            if (!allowed)
                Interlocked.CompareExchange(ref firstFault, Machine.Fault(fault), null);
            log.ConsoleFault(spec.Name, fault.Name, fault.Line, allowed);
        };
        Adapter = MachineMapping.Adapter(image);
        Ssh = new SshSession(SshTarget.Of(Machine, Adapter.SaysSshListens), key, LoginUsers.Of(definition.User, image), Path.Combine(folder, "ssh.log"), environment.Time);
        readiness = new Readiness(Machine, Ssh, Adapter, environment.Time);
        readyBound = (definition.Ready.Timeout ?? DefaultReady) * environment.Accelerator.TimeScale;
        grace = PowerOffGrace * environment.Accelerator.TimeScale;
    }

    public MachineDefinition Definition { get; }

    public ResolvedImage Image { get; }

    public Machine Machine { get; }

    public SshSession Ssh { get; }

    public IGuestAdapter Adapter { get; }

    public string Name => Machine.Spec.Name;

    /// <summary>Lines of the console that told of faults, allowed or not, in order.</summary>
    public ConcurrentQueue<string> FaultLines { get; } = [];

    /// <summary>The first fault of the console that is not allowed, whether or not anybody waited then.</summary>
    public MachineFault? Fault => Volatile.Read(ref firstFault);

    /// <summary>Boot ids seen, the first boot first.</summary>
    public IReadOnlyList<string> Boots => boots;

    /// <summary>The full name of a unit.</summary>
    /// <param name="unit">Its full name, or the word for what it is for.</param>
    /// <exception cref="NotProvenException">Neither the image nor its adapter knows such a unit.</exception>
    public string UnitName(string unit) => EnumWords.Parse<UnitRole>(unit) is not { } role ? unit
        : Image.Unit(Adapter, role) ?? throw new NotProvenException($"which unit is the '{unit}' of {Image.Name} is not known; add it under units in images/catalog.yaml");

    /// <summary>A text of the scenario with the full names of units in place of <c>${unit.ROLE}</c>.</summary>
    /// <exception cref="NotProvenException">Neither the image nor its adapter knows such a unit.</exception>
    public string Filled(string text) => Variables.WithUnits(text, UnitName);

    /// <summary>What the scenario has written and wants to find again, by the canary's folder.</summary>
    public Dictionary<string, Canary> Canaries { get; } = [];

    /// <summary>Files that the scenario has put there and that an update has to leave alone, by absolute path.</summary>
    public SortedSet<string> Watched { get; } = new(StringComparer.Ordinal);

    /// <summary>What ran when the boot disk was remembered, by the name that it was given.</summary>
    public Dictionary<string, GuestRelease> Remembered { get; } = [];

    /// <summary>Units that a step has found failed as it expected.</summary>
    public HashSet<string> ExpectedFailedUnits { get; } = [];

    /// <summary>What the running guest reported about itself last; <see langword="null"/>: nothing yet, or it went down since and may boot another release.</summary>
    public GuestClaim? Claim { get; private set; }

    /// <summary>Whether the boot that runs is one that became ready: the last of <see cref="Boots"/>. From then on nothing but a step may end it.</summary>
    public bool IsReady
    {
        get;
        private set => Machine.RebootsLeft = (field = value) ? 0 : null;
    }

    /// <summary>When it became ready in the boot that runs; <see langword="null"/>: it has not in this attempt.</summary>
    public DateTimeOffset? ReadyAt { get; private set; }

    /// <summary>What releases it ran, where the scenario updates it.</summary>
    public ReleaseTrail Releases { get; }

    /// <summary>The boot loaders of its disk before the first step that broke something there; <see langword="null"/>: none did.</summary>
    public IReadOnlyList<InstalledLoader>? LoadersBefore { get; set; }

    /// <summary>Called when it has become ready in another boot, and what runs is known where that is asked.</summary>
    public event Action? Arrived;

    /// <summary>An update that runs in the background; <see langword="null"/>: none.</summary>
    public UpdateRun? Update { get; set; }

    /// <summary>Checks and prepares the provisioning and makes the machine. It is off.</summary>
    /// <param name="networks">What its network cards lead to.</param>
    /// <param name="folder">The machine's own files go to a folder of its name below this one.</param>
    /// <exception cref="InputException">The provisioning config is refused.</exception>
    public static async Task<LiveMachine> CreateAsync(
        MachineDefinition definition, ResolvedImage image, MachineNetworks networks, MachineEnvironment environment, AccessKey key, string folder, AttemptLog log, CancellationToken cancellation)
    {
        var target = new ProvisioningTarget { User = definition.User ?? image.User, HostName = definition.Name };
        var attachments = new List<QemuAttachment>();
        foreach (var config in MachineMapping.ToProvisioning(definition, image, networks.Files))
        {
            var prepared = await new Provisioner().PrepareAsync(config, key, target, cancellation);
            attachments.AddRange(prepared.Attachments);
            foreach (var note in prepared.Notes)
                log.Machine(definition.Name, "note", note);
        }

        var own = Path.Combine(folder, definition.Name);
        Directory.CreateDirectory(own);
        return new(definition, image, MachineMapping.ToSpec(definition, image, environment.Accelerator, attachments, networks.Served, networks.Lab), environment with { LogDirectory = folder }, key, own, log);
    }

    /// <summary>What was known of the guest does not hold any more, and what ran in it ends with its boot.</summary>
    public void Forget() => (Claim, IsReady, Update) = (null, false, null);

    /// <summary>Asks the guest what it runs, and remembers the answer.</summary>
    public async Task<GuestRelease> ReleaseAsync(CancellationToken cancellation)
    {
        var release = await Adapter.ReleaseAsync(Ssh, cancellation);
        Claim = new(release, Claim?.Assessment);
        return release;
    }

    /// <summary>Asks the guest how its boot is counted, and remembers the answer.</summary>
    public async Task<BootAssessment?> AssessmentAsync(CancellationToken cancellation)
    {
        var assessment = await Adapter.AssessmentAsync(Ssh, cancellation);
        Claim = new(Claim?.Release, assessment);
        return assessment;
    }

    /// <summary>Time to become ready in, for this host.</summary>
    public TimeSpan ReadyBound => readyBound;

    /// <summary>What was known of the machine when it was saved holds again.</summary>
    public void Restore(IReadOnlyList<string> seen, IEnumerable<Canary> canaries, IEnumerable<string> watched, IEnumerable<string> expectedFailedUnits)
    {
        boots = [.. seen];
        foreach (var canary in canaries)
            Canaries[canary.Path] = canary;
        Watched.UnionWith(watched);
        ExpectedFailedUnits.UnionWith(expectedFailedUnits);
    }

    /// <summary>After the machine was resumed and reseeded: it is the boot that was saved, and as well as it was.</summary>
    /// <param name="ready">Whether it has to be ready, as it was.</param>
    /// <exception cref="GuestException">It is another boot, or units have failed.</exception>
    public async Task GoOnAsync(string machineId, bool ready, CancellationToken cancellation)
    {
        var boot = ready
            ? (await readiness.WaitAsync(Options, cancellation)).BootId
            : await Machine.GuardAsync("the boot id", readyBound, token => Adapter.BootIdAsync(Ssh, token), cancellation);
        if (boot != Boots[^1])
            throw new StepFailedException($"{Name} runs boot {boot} after it was resumed, the one that was saved is {Boots[^1]}");
        IsReady = true;
        log.Machine(Name, "ready", $"goes on in boot {boot}, machine id {machineId}{await RunningAsync(cancellation)}");
    }

    /// <summary>Copies the keys that open the machine to a folder, which is made.</summary>
    public void CopyKeys(string folder) => key.CopyTo(folder);

    /// <summary>Records how much of the states of a swept update was tried.</summary>
    public void Swept(SweepSummary summary) => log.UpdateSwept(Name, summary);

    /// <summary>Program and arguments of OpenSSH's client that log in, for a person.</summary>
    /// <exception cref="MachineException">The machine is off, or has no SSH port.</exception>
    public async Task<IReadOnlyList<string>> LoginAsync(CancellationToken cancellation)
    {
        var endpoint = await Machine.SshEndpointAsync(cancellation);
        return
        [
            "ssh", .. key.PrivateKeyPaths.SelectMany(path => (string[])["-i", path]), "-p", endpoint.Port.ToString(CultureInfo.InvariantCulture),
            // The machine is new each time: there is no host key to remember.
            "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-o", "IdentitiesOnly=yes",
            $"{Ssh.User}@{endpoint.Address}",
        ];
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Ssh.DisposeAsync().AsTask().WaitAsync(ClosePatience, time);
        }
        catch (TimeoutException)
        {
            // Somebody waits for the guest's SSH still, which the machine's end ends.
        }
        finally
        {
            await Machine.DisposeAsync();
        }
    }

    private ReadyOptions Options => new() { AllowedFailedUnits = Definition.Ready.AllowFailedUnits, Bound = readyBound };

    /// <param name="path">See <see cref="ReleaseTrail.ArrivedAsync"/>.</param>
    private async Task ArrivedAsync(ReadyReport report, string? path, CancellationToken cancellation)
    {
        ImmutableInterlocked.Update(ref boots, known => known.Add(report.BootId));
        IsReady = true;
        ReadyAt = time.GetUtcNow();
        log.Machine(Name, "ready", $"boot {report.BootId}, {report.SystemState}, SSH after {report.ToSsh.TotalSeconds:0.0} s{await RunningAsync(cancellation)}");
        await Releases.ArrivedAsync(path, cancellation);
        Arrived?.Invoke();
    }

    /// <summary>What runs, for the log: asked of each boot where the disk can be asked, too, so that there is something to compare.</summary>
    private async Task<string?> RunningAsync(CancellationToken cancellation)
    {
        if (Adapter is not IOfflineLayout)
            return null;
        var release = await Machine.GuardAsync("the release", readyBound, ReleaseAsync, cancellation);
        return $", release {release.Version}{(release.Slot is null ? "" : $" in slot {release.Slot}")}";
    }
}
