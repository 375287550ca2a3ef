using System.ComponentModel;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Disk;

/// <summary>Keeps the boot disk of a machine that is off as it is, so that a later one can be compared with it.</summary>
[Keyword("remember-disk", Value = nameof(As)), Description("Keep a copy of the boot disk of a machine that is off, for 'compare-disk'.")]
public sealed record RememberDiskStep : Step, IMachineStep
{
    internal const string NamePattern = "^[a-z0-9][a-z0-9-]*$";
    internal const string NameForm = "a name of lower-case letters, digits and dashes";

    [Description("Name of the copy."), Format(NamePattern, NameForm), Example("before-update")]
    public required string As { get; init; }

    internal override bool ReadsLayout => true;

    private protected override string Describe() => As;

    async Task<string?> IMachineStep.RunAsync(MachineStepContext context, CancellationToken cancellation)
    {
        var (live, _) = (context.Live, context.RequireLayout(this, "'remember-disk'"));
        if (live.Claim?.Release is not { Slot: not null } running)
            throw new StepFailedException($"{live.Name} has not said yet which release it runs from which slot, so which slot has to stay is not known; let it be ready before it is powered off");
        await context.WithinBoundAsync(token => live.Machine.RememberBootDiskAsync(As, token), cancellation);
        live.Remembered[As] = running;
        return $"release {running.Version} ran from slot {running.Slot}";
    }
}
