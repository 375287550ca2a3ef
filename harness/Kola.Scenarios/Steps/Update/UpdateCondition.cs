using System.ComponentModel;
using Kola.Machines;
using Kola.Scenarios.Model.Values;
using Kola.Scenarios.Steps.Guest;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Steps.Update;

[Keyword("update", Value = nameof(To)), Description("An update that was started in the background has ended: the release is installed, or refused.")]
public sealed record UpdateCondition : WaitCondition
{
    [Description("Release that the other slot must hold; with 'refused', the one that must not."), StandsFor(ReleaseWords.Release)]
    public required string To { get; init; }

    [Description("Why it must be refused: a reason, or a pattern of what the update tool prints.")]
    public Refusal? Refused { get; init; }

    [Unwritten]
    public override string Title => $"update to {To}{(Refused is null ? "" : " refused")}";

    internal override async Task<string> AwaitAsync(MachineStepContext context, CancellationToken cancellation)
    {
        var run = context.Live.Update
            ?? throw new InputException($"no update of {context.Live.Name} is under way; start one before with 'update' and 'background: true'");
        var seen = await UpdateEnd.JudgeAsync(run, new(To, Refused, UpToDate: false), context, cancellation);
        context.Live.Update = null;
        return seen;
    }
}
