using System.ComponentModel;
using Kola.Machines.Host;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Disk;

/// <summary>Takes away what a <see cref="FillDiskStep"/> put there.</summary>
[Keyword("free-disk", Value = nameof(At)), Description("Free what fill-disk filled.")]
public sealed record FreeDiskStep : Step, IMachineStep
{
    [Description("The folder that fill-disk was given."), Format("^/", "an absolute path")]
    public required string At { get; init; }

    private protected override string Describe() => At;

    async Task<string?> IMachineStep.RunAsync(MachineStepContext context, CancellationToken cancellation)
    {
        var result = await context.CommandAsync(context.Live.Ssh.AsRoot($"cd {ShellQuote.Word(At)} && rm -- {FillDiskStep.Ballast} && sync -f ."), cancellation);
        return result.Succeeded ? null : throw new StepFailedException($"{context.Live.Name}: {At} cannot be freed: {result.Stderr.Trim()}; was it filled by 'fill-disk'?");
    }
}
