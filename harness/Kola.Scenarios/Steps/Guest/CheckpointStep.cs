using System.ComponentModel;
using Kola.Scenarios.Model;
using Kola.Scenarios.Steps.Cluster;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Guest;

/// <summary>Keeps all machines as they are after the steps before: memory, disks, firmware variables, TPM, and the networks between them. Other scenarios go on from there.</summary>
[Keyword("checkpoint", Value = nameof(Label)), Description("Keep all machines as they are now, for scenarios that go on 'from' here.")]
public sealed record CheckpointStep : Step, IMachinelessStep
{
    [Description("Name, unique within the scenario."), Format("^[a-z][a-z0-9-]*$", "a name of lower-case letters, digits and dashes"), Example("canary-written")]
    public required string Label { get; init; }

    internal override string? Checkpoint => Label;

    private protected override string Describe() => Label;

    internal override void Check(StepChecks checks)
    {
        if (checks.Before<CheckpointStep>().Any(before => before.Label == Label))
            checks.Report(this, $"duplicate checkpoint '{Label}'; expected each name once");
        if (checks.Machines.FirstOrDefault(machine => machine.Disk.Bus is DiskBusName.Nvme || machine.Disks.Values.Any(disk => disk.Bus is DiskBusName.Nvme)) is { } nvme)
            checks.Report(this, $"machine '{nvme.Name}' has an NVMe disk, which QEMU cannot save; expected no checkpoint, or another bus");
        // All its machines are off for a moment; and the scenario that goes on from here says itself what it watches.
        if (checks.Before<WatchStep>().FirstOrDefault() is { } watch)
            checks.Report(this, $"'{watch.Watch}' is watched since line {watch.Location.Line}, and the machines stand still at a checkpoint; expected 'checkpoint' before 'watch'");
    }

    Task<string?> IMachinelessStep.RunAsync(StepContext context, CancellationToken cancellation) => context.CheckpointAsync(Label, cancellation);
}
