using System.ComponentModel;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Disk;

/// <summary>What an operator does who installs a machine anew: the disk is another one, the EFI variables are those of the earlier installation.</summary>
[Keyword("replace-disk", Value = nameof(On), ValueOptional = true), Description("Give a machine that is off a new boot disk of its image. EFI variables, TPM and further disks stay as they are.")]
public sealed record ReplaceDiskStep : Step, IMachineStep
{
    private protected override string Describe() => string.Join(", ", On);

    async Task<string?> IMachineStep.RunAsync(MachineStepContext context, CancellationToken cancellation)
    {
        await context.Live.ReplaceDiskAsync(cancellation);
        return $"a new disk of {context.Live.Image.Name}, with the variables of the earlier installation";
    }
}
