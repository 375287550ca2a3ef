using System.ComponentModel;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Steps.Update;

/// <summary>Goes back by hand, as an operator does, and waits until that release is ready.</summary>
[Keyword("rollback", Value = nameof(To)), Description("Go back to an installed release by hand: tell the boot loader and reboot.")]
public sealed record RollbackStep : Step, IMachineStep
{
    [Description("Release to go back to: a role, or a version."), StandsFor(ReleaseWords.Release), Example("previous")]
    public required string To { get; init; }

    private protected override string Describe() => $"to {To}";

    async Task<string?> IMachineStep.RunAsync(MachineStepContext context, CancellationToken cancellation)
    {
        var live = context.Live;
        var guest = UpdatingGuest.Of(live);
        await live.Releases.FollowAsync(cancellation);
        await context.GuardAsync($"the boot loader to take release {To}", c => guest.RollBackAsync(live.Ssh, To, c), cancellation);
        await live.RebootAsync(hard: false, cancellation, "rollback");
        return live.Releases.Running == To
            ? $"release {To}"
            : throw new StepFailedException($"{live.Name} runs release {live.Releases.Running} after it was rolled back to {To} by hand");
    }
}
