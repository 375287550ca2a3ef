using System.ComponentModel;
using Kola.Machines.Guests;
using Kola.Scenarios.Model;
using Kola.Scenarios.Model.Values;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Steps.Update;

/// <summary>Makes one release fail, by files in the guest's /etc: the others boot as before, and no image is rebuilt.</summary>
[Keyword("sabotage", Value = nameof(How)), Description("Make one release fail when it is booted; others are left alone.")]
public sealed record SabotageStep : Step, IMachineStep
{
    [Description("failing-unit: 'unit' fails to start; waiting-unit: the start of 'unit' waits until the guest has a file /run/sabotage-over; panic: the kernel panics; hang: the start never ends; no-network: no interface is configured.")]
    public required SabotageKind How { get; init; }

    [Description("Release that fails: a role, or a version."), StandsFor(ReleaseWords.Release), Example("candidate")]
    public required string Release { get; init; }

    [Description("The unit of failing-unit and waiting-unit; the image has it already."), Format(UnitNames.ServicePattern, UnitNames.ServiceForm)]
    public string? Unit { get; init; }

    private protected override string Describe() => $"{(Unit is null ? How.ToString().ToLowerInvariant() : Unit)} on {Release}";

    internal override void Check(StepChecks checks)
    {
        if ((Unit is null) == (How is SabotageKind.FailingUnit or SabotageKind.WaitingUnit))
            checks.Report(this, Unit is null ? "which unit fails is not said; expected 'unit'" : "'unit' has no meaning here; expected it with failing-unit and waiting-unit only");
    }

    async Task<string?> IMachineStep.RunAsync(MachineStepContext context, CancellationToken cancellation)
    {
        var live = context.Live;
        var guest = UpdatingGuest.Of(live);
        await context.GuardAsync("the sabotage to be in place", c => guest.SabotageAsync(live.Ssh, new(How, Release, Unit is null ? null : live.UnitName(Unit)), c), cancellation);
        return null;
    }
}
