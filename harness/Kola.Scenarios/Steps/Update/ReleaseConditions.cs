using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Kola.Scenarios.Live;
using Kola.Scenarios.Steps.Guest;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Steps.Update;

[Keyword("started", Value = nameof(Started)), Description("The boot loader has started a release so often since the machine was first started.")]
public sealed record StartedCondition : WaitCondition
{
    [Description("Release: a role, or a version."), StandsFor(ReleaseWords.Release), Example("candidate")]
    public required string Started { get; init; }

    [Description("How often. Default: once."), Range(1, 100)]
    public int Times { get; init; } = 1;

    [Unwritten]
    public override string Title => $"release {Started} to be started{(Times == 1 ? "" : $" {Times} times")}";

    internal override Task<string> AwaitAsync(MachineStepContext context, CancellationToken cancellation) =>
        context.Live.Machine.GuardAsync(Title, context.Bound, c => context.Live.Releases.StartedAsync(Started, Times, c), cancellation);
}

[Keyword("release", Value = nameof(Release)), Description("A release is running, whether its boot is complete or not.")]
public sealed record RunningReleaseCondition : PolledCondition
{
    [Description("Release: a role, or a version."), StandsFor(ReleaseWords.Release), Example("candidate")]
    public required string Release { get; init; }

    [Unwritten]
    public override string Title => $"release {Release} running";

    private protected override async Task<(bool Holds, string Seen)> LookAsync(MachineStepContext context, CancellationToken cancellation)
    {
        var running = await context.Live.Adapter.ReleaseAsync(context.Live.Ssh, cancellation);
        return (running.Version == Release, $"release {running.Version} runs");
    }
}

[Keyword("marked-good", Value = nameof(MarkedGood)), Description("The running release is marked good by its boot loader's rules, or is still on trial.")]
public sealed record MarkedGoodCondition : PolledCondition
{
    [Description("true: marked good. false: on trial.")]
    public required bool MarkedGood { get; init; }

    [Unwritten]
    public override string Title => MarkedGood ? "the release marked good" : "the release on trial";

    private protected override async Task<(bool Holds, string Seen)> LookAsync(MachineStepContext context, CancellationToken cancellation)
    {
        var assessment = await context.Live.Adapter.AssessmentAsync(context.Live.Ssh, cancellation)
            ?? throw new NotProvenException($"the boot loader of {context.Live.Name} ({context.Live.Adapter.Name}) does not assess boots, so whether its release is good cannot be seen");
        return (assessment.MarkedGood == MarkedGood, assessment.MarkedGood ? "it is marked good" : "it is on trial");
    }
}
