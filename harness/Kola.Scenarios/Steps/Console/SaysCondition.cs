using System.ComponentModel;
using Kola.Scenarios.Steps.Guest;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Console;

[Keyword("says", Value = nameof(Says)), Description("The machine's own programs report something on the serial console (also when they have already).")]
public sealed record SaysCondition : WaitCondition
{
    [Description("What is reported."), Example("{ line: reboot-granted, to: candidate }")]
    public required Said Says { get; init; }

    [Unwritten]
    public override string Title => $"the console to say {Says}";

    internal override async Task<string> AwaitAsync(MachineStepContext context, CancellationToken cancellation) =>
        (await ConsoleStep.AwaitAsync(context, Says.Words(context.Live), cancellation)).Line.Trim();
}
