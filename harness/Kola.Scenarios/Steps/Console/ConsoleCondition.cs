using System.ComponentModel;
using Kola.Scenarios.Steps.Guest;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Steps.Console;

[Keyword("console", Value = nameof(Console)), Description("The serial console shows a text (also when it has shown it already).")]
public sealed record ConsoleCondition : WaitCondition
{
    [Description("A .NET regular expression."), Example("'login: $'")]
    public required Pattern Console { get; init; }

    [Unwritten]
    public override string Title => $"console /{Console}/";

    internal override async Task<string> AwaitAsync(MachineStepContext context, CancellationToken cancellation) =>
        (await ConsoleStep.AwaitAsync(context, Console.ToRegex(), cancellation)).Line.Trim();
}
