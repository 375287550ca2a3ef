using System.Text.Json.Serialization;

namespace Kola.Results.Events;

/// <summary>One record of <c>events.jsonl</c>. The log is the only source of every report and verdict.</summary>
/// <remarks>
/// Compatibility: <see cref="EventLog.Version"/> grows when a reader of the old version could draw a wrong verdict from a new log.
/// Fields are only ever added within a version.
/// </remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(RunPlanned), "run-planned")]
[JsonDerivedType(typeof(AdmissionAwaited), "admission-awaited")]
[JsonDerivedType(typeof(AttemptStarted), "attempt-started")]
[JsonDerivedType(typeof(MachineChanged), "machine")]
[JsonDerivedType(typeof(MachineOrigin), "machine-origin")]
[JsonDerivedType(typeof(ReleaseBooted), "release-booted")]
[JsonDerivedType(typeof(UpdateSwept), "update-swept")]
[JsonDerivedType(typeof(NetworkChanged), "network-changed")]
[JsonDerivedType(typeof(WatchStarted), "watch-started")]
[JsonDerivedType(typeof(WriteTried), "write-tried")]
[JsonDerivedType(typeof(LockDecided), "lock-decided")]
[JsonDerivedType(typeof(WatchEnded), "watch-ended")]
[JsonDerivedType(typeof(StepStarted), "step-started")]
[JsonDerivedType(typeof(StepFinished), "step-finished")]
[JsonDerivedType(typeof(ConsoleFault), "console-fault")]
[JsonDerivedType(typeof(AttemptHeld), "attempt-held")]
[JsonDerivedType(typeof(AttemptReleased), "attempt-released")]
[JsonDerivedType(typeof(AttemptFinished), "attempt-finished")]
[JsonDerivedType(typeof(RunFinished), "run-finished")]
public abstract record RunEvent
{
    /// <summary>Version of the record format.</summary>
    [JsonPropertyName("v"), JsonPropertyOrder(-6)]
    public int Version { get; init; } = EventLog.Version;

    /// <summary>Position in the log, from 1, without gaps. Set by the writer.</summary>
    [JsonPropertyOrder(-5)]
    public long Seq { get; init; }

    /// <summary>When it happened. Set by the writer.</summary>
    [JsonPropertyOrder(-4)]
    public DateTimeOffset At { get; init; }
}

/// <summary>A record about one planned scenario.</summary>
public abstract record ScenarioEvent : RunEvent
{
    /// <summary><see cref="PlannedScenario.Id"/>.</summary>
    [JsonPropertyOrder(-3)]
    public required string Scenario { get; init; }
}

/// <summary>A record about one execution of a scenario.</summary>
public abstract record AttemptEvent : ScenarioEvent
{
    /// <summary>From 1.</summary>
    [JsonPropertyOrder(-2)]
    public required int Attempt { get; init; }
}

/// <summary>What will run, written before anything starts: a planned scenario without a finished attempt is not proven.</summary>
public sealed record RunPlanned : RunEvent
{
    public required string Run { get; init; }

    /// <summary>Kola's own version.</summary>
    public required string Kola { get; init; }

    public required HostFacts Host { get; init; }

    /// <summary>Seed of every random choice of the run.</summary>
    public required long Seed { get; init; }

    /// <summary>Which part of the scenarios this run is, where several machines share them.</summary>
    public Shard? Shard { get; init; }

    /// <summary>The run that this one goes on from: it tries what that one left untried.</summary>
    public string? Resumes { get; init; }

    /// <summary>In the order in which they start: the longest first.</summary>
    public required IReadOnlyList<PlannedScenario> Scenarios { get; init; }

    /// <summary>The releases that the run is about, by their roles; empty where it is about images by their own names.</summary>
    public IReadOnlyList<ReleaseInRole> Releases { get; init; } = [];

    /// <summary>What to know of how it was planned.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>A part of the scenarios.</summary>
/// <param name="Index">From 1.</param>
public sealed record Shard(int Index, int Count)
{
    public override string ToString() => $"{Index}/{Count}";
}

/// <summary>The host as far as it can change an outcome.</summary>
public sealed record HostFacts
{
    /// <summary><c>kvm</c> or <c>tcg</c>.</summary>
    public required string Accelerator { get; init; }

    /// <summary>Why that accelerator.</summary>
    public required string AcceleratorReason { get; init; }

    public required string QemuVersion { get; init; }

    /// <summary>Digest of the QEMU program, lower-case hexadecimal.</summary>
    public string? QemuSha256 { get; init; }

    /// <summary>Digests of the firmware images that machines may boot with, by path.</summary>
    public IReadOnlyDictionary<string, string> Firmware { get; init; } = new Dictionary<string, string>();

    public required int Cpus { get; init; }

    public required long MemoryBytes { get; init; }
}

/// <summary>One scenario at one point of its matrix.</summary>
public sealed record PlannedScenario
{
    /// <summary>Unique within the run: the scenario's name, with its matrix point in brackets (<c>boot.uefi[tpm=true]</c>).</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Summary { get; init; }

    /// <summary>Path of the file, relative to the checkout where it lies inside.</summary>
    public required string File { get; init; }

    /// <summary>SHA-256 of the file's bytes, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public IReadOnlyDictionary<string, string> Matrix { get; init; } = new Dictionary<string, string>();

    /// <summary>The images it boots, by name as in the scenario.</summary>
    public IReadOnlyList<PlannedImage> Images { get; init; } = [];

    /// <summary>By what <c>kola run</c> finds it, where that is not its id: one of several turns, or a file outside of the checkout's scenarios.</summary>
    public string? FoundBy { get; init; }

    /// <summary>Values that were given for its parameters and matrix variables. Missing: an older Kola wrote the log.</summary>
    public IReadOnlyDictionary<string, string>? Settings { get; init; }

    /// <summary>What was booted instead, by the name or <c>name:release</c> that was replaced. Missing: an older Kola wrote the log.</summary>
    public IReadOnlyDictionary<string, string>? ImageOverrides { get; init; }

    /// <summary>Releases that were given for its roles; those of the image catalog are not among them.</summary>
    public IReadOnlyList<GivenRole> Roles { get; init; } = [];

    /// <summary>Folder of the project whose external test it is; missing where it is a scenario file.</summary>
    public string? External { get; init; }

    /// <summary>How long it took the last time that it passed on this host; missing when it never did.</summary>
    public double? ExpectedSeconds { get; init; }

    /// <summary>Images that its machines boot, by the names in <see cref="Images"/>: roles, or images of their own.</summary>
    public IReadOnlyList<string> Boots { get; init; } = [];

    /// <summary>Releases that its machines are to update to, by their roles or versions; empty where nothing is updated.</summary>
    public IReadOnlyList<string> Updates { get; init; } = [];

    /// <summary>Capabilities that it needs of the candidate.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>Why the candidate cannot be asked for this; it is not tried. Missing: it can.</summary>
    public string? NotApplicable { get; init; }

    /// <summary>Titles of its steps, in order.</summary>
    public IReadOnlyList<string> Steps { get; init; } = [];
}

/// <param name="Name">As the scenario names it, such as <c>kola-os</c> or <c>kola-os:1</c>.</param>
/// <param name="Sha256">Digest of the disk image.</param>
/// <param name="AdapterSha256">Digest of the program that answers for its guests; missing: an adapter of Kola's own does.</param>
public sealed record PlannedImage(string Name, string Sha256, string? Release = null, string? AdapterSha256 = null);

/// <summary>The next scenario waits for what other runs hold of the host. It has not started, and its clock does not run.</summary>
public sealed record AdmissionAwaited : ScenarioEvent
{
    /// <summary>How much of what it waits for, and which run has it.</summary>
    public required string Detail { get; init; }
}

/// <summary>An execution of a scenario has been admitted; its clock runs from here.</summary>
public sealed record AttemptStarted : AttemptEvent;

/// <summary>A machine's life: what it became, and why.</summary>
public sealed record MachineChanged : AttemptEvent
{
    public required string Machine { get; init; }

    /// <summary><c>created, started, resumed, network, up, ready, reset, watchdog, shutdown, died, stopped, note</c>.</summary>
    public required string State { get; init; }

    public string? Detail { get; init; }
}

/// <summary>How a machine came up: what its being ready rests on.</summary>
public sealed record MachineOrigin : AttemptEvent
{
    public required string Machine { get; init; }

    /// <summary><c>cold</c>: it booted. <c>clone</c>: it went on from a template, with an identity of its own. <c>fork</c>: it went on from another scenario's checkpoint. <c>shared</c>: another scenario has passed on it before.</summary>
    public required string Path { get; init; }

    /// <summary>Why it booted, or what it went on from.</summary>
    public string? Reason { get; init; }

    /// <summary>Digest of the template or checkpoint: over images, provisioning, machines, QEMU, and each step that led there.</summary>
    public string? State { get; init; }
}

/// <summary>A machine that is updated came up ready: in which release, by which path, and what its console proves of the way there.</summary>
public sealed record ReleaseBooted : AttemptEvent
{
    public required string Machine { get; init; }

    public required string Release { get; init; }

    public string? Slot { get; init; }

    /// <summary><c>update</c>: into what an update had installed. <c>fall-back</c>: by itself, after another release had been tried. <c>rollback</c>: by hand. <c>boot</c>: none of these.</summary>
    public required string Path { get; init; }

    /// <summary>How often each release was started on the way, this one included, by the console.</summary>
    public required IReadOnlyDictionary<string, int> Starts { get; init; }

    /// <summary>The console's lines that say so, in order; none where the image prints none.</summary>
    public required IReadOnlyList<string> Proof { get; init; }
}

public sealed record StepStarted : AttemptEvent
{
    /// <summary>Position among the attempt's steps, from 1. 0: machines being brought up.</summary>
    public required int Step { get; init; }

    /// <summary>The step's kind as in the file, such as <c>run</c>.</summary>
    public required string Kind { get; init; }

    public required string Title { get; init; }

    public string? Machine { get; init; }

    /// <summary><c>path:line:column</c> of the step.</summary>
    public string? Location { get; init; }
}

public sealed record StepFinished : AttemptEvent
{
    public required int Step { get; init; }

    public required Outcome Outcome { get; init; }

    public required double Seconds { get; init; }

    /// <summary>What was seen, or why it failed.</summary>
    public string? Detail { get; init; }
}

/// <summary>The console said that something is wrong.</summary>
public sealed record ConsoleFault : AttemptEvent
{
    public required string Machine { get; init; }

    /// <summary>Name of the pattern, such as <c>kernel-panic</c>.</summary>
    public required string Fault { get; init; }

    public required string Line { get; init; }

    /// <summary>Whether the scenario allows it.</summary>
    public bool Allowed { get; init; }
}

/// <summary>A person has the attempt stopped, or its machines kept; the scenario's clock stands still until <see cref="AttemptReleased"/>.</summary>
public sealed record AttemptHeld : AttemptEvent
{
    /// <summary>The step that comes next: what follows may be a hand's doing and proves nothing. Missing: the scenario has ended, and what it came to stands.</summary>
    public int? Step { get; init; }

    /// <summary>The step's title.</summary>
    public string? Title { get; init; }
}

/// <summary>The person has let the attempt go on.</summary>
public sealed record AttemptReleased : AttemptEvent
{
    /// <summary>How long it was held.</summary>
    public required double Seconds { get; init; }
}

public sealed record AttemptFinished : AttemptEvent
{
    public required Outcome Outcome { get; init; }

    /// <summary>Without the time that a person held it.</summary>
    public required double Seconds { get; init; }

    /// <summary>One sentence: why it did not pass, or why a pass proves nothing.</summary>
    public string? Reason { get; init; }

    /// <summary>Where it failed and who is to blame. Missing: it passed, or an older Kola wrote the log.</summary>
    public FailureCause? Cause { get; init; }

    /// <summary>Command that runs just this again.</summary>
    public string? Reproduce { get; init; }

    /// <summary>How much the host kept the machine from running that it kept most. Missing: none ran, or an older Kola wrote the log.</summary>
    public HostShare? Starvation { get; init; }

    /// <summary>Files of the attempt, relative to the run's folder.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];
}

/// <summary>How much a host kept a machine from running, over the whole attempt as far as the machine was on. Shares are from 0 to 1.</summary>
/// <param name="Seconds">How long it was measured.</param>
/// <param name="Waited">Of the thread of QEMU that waited most: how much of the time it was ready to run and had no processor.</param>
/// <param name="ProcessorPressure">How much of the time some task of the host waited for a processor.</param>
/// <param name="MemoryPressure">How much of the time all tasks of the host waited for memory.</param>
public sealed record HostShare(string Machine, double Seconds, double Waited, double ProcessorPressure, double MemoryPressure);

public sealed record RunFinished : RunEvent
{
    public required double Seconds { get; init; }

    /// <summary>Whether the run was interrupted before all that was planned had been tried.</summary>
    public bool Interrupted { get; init; }

    /// <summary>The policy's maximum duration, in seconds, where reaching it is what interrupted the run; <see langword="null"/>: something else did, or nothing.</summary>
    public double? LimitSeconds { get; init; }
}
