using System.ComponentModel;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Scenarios.Model.Values;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Steps.Update;

/// <summary>Lets the machine update itself from a server, without a reboot, and judges what is installed then.</summary>
[Keyword("update", Value = nameof(To)), Description("Let the machine look for an update and install it, without a reboot.")]
public sealed record UpdateStep : Step, IMachineStep
{
    [Description("Release that the other slot must hold afterwards, ready to be booted. With 'refused': the one that must not; with 'up-to-date': the one that runs."), StandsFor(ReleaseWords.Release), Example("candidate")]
    public required string To { get; init; }

    [Description("Server that the update comes from. Needed only where the scenario has several.")]
    public string? From { get; init; }

    [Description("Why it must be refused: a reason, or a pattern of what the update tool prints. It must fail, and leave what is installed as it was.")]
    public Refusal? Refused { get; init; }

    [Description("Whether there is nothing to install: the update tool must succeed and leave what is installed as it was.")]
    public bool UpToDate { get; init; }

    [Description("true: start it and go on with the next step; 'wait-for: {update: …}' judges it.")]
    public bool Background { get; init; }

    private protected override string Describe() =>
        UpToDate ? $"nothing newer than {To}" : Refused is { } refused ? Shorten($"to {To} refused, {refused}") : $"to {To}{(Background ? " in the background" : "")}";

    internal override void Check(StepChecks checks)
    {
        ServeStep.CheckSource(this, From, "from", checks);
        if (this is { Refused: not null, UpToDate: true })
            checks.Report(this, "both 'refused' and 'up-to-date' are given; expected one of them");
        if (Background && (UpToDate || Refused is not null))
            checks.Report(this, "an update in the background is judged later; expected 'refused' at 'wait-for: {update: …}'");
    }

    async Task<string?> IMachineStep.RunAsync(MachineStepContext context, CancellationToken cancellation)
    {
        var live = context.Live;
        var guest = UpdatingGuest.Of(live);
        if (live.Update is not null && Refused is null)
            throw new StepFailedException($"{live.Name} is updating itself already; wait for it with 'wait-for: {{update: …}}', or say that this one is 'refused'");
        await live.Releases.FollowAsync(cancellation);
        await UpdatingGuest.PointAsync(context, From, cancellation);
        var before = await UpdateEnd.InstalledAsync(context, cancellation);
        if (Refused is null && !UpToDate)
            await live.Releases.Invariants.RememberAsync(cancellation);
        var run = UpdateRun.Start(
            before, token => context.GuardAsync("the update's end", c => guest.UpdateAsync(live.Ssh, context.Bound, c), token), context.Time, Background, cancellation, context.Attempt);
        if (Background)
        {
            live.Update = run;
            return "under way";
        }

        return await UpdateEnd.JudgeAsync(run, new(To, Refused, UpToDate), context, cancellation);
    }
}
