using System.ComponentModel;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Guest;

/// <summary>Keeps all machines as they are after the steps before: memory, disks, firmware variables. Other scenarios go on from there.</summary>
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
        if (checks.Machines.FirstOrDefault(machine => machine.Tpm) is { } tpm)
            checks.Report(this, $"machine '{tpm.Name}' has a TPM, whose state cannot be kept; expected no checkpoint, or no TPM");
        if (checks.Machines.FirstOrDefault(machine => machine.Disk.Bus is DiskBusName.Nvme || machine.Disks.Values.Any(disk => disk.Bus is DiskBusName.Nvme)) is { } nvme)
            checks.Report(this, $"machine '{nvme.Name}' has an NVMe disk, which QEMU cannot save; expected no checkpoint, or another bus");
        if (checks.Machines.FirstOrDefault(machine => machine.Network.Joins.Count > 0) is { } joined)
            checks.Report(this, $"machine '{joined.Name}' joins a network of others, whose frames on their way cannot be kept; expected no checkpoint, or no 'joins'");
    }

    Task<string?> IMachinelessStep.RunAsync(StepContext context, CancellationToken cancellation) => context.CheckpointAsync(Label, cancellation);
}
