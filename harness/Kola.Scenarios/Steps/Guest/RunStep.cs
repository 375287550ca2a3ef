using System.ComponentModel;
using Kola.Scenarios.Model;
using Kola.Scenarios.Model.Values;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Guest;

/// <summary>Runs a command in the guest's login shell and judges its exit code and output.</summary>
[Keyword("run", Value = nameof(Command)), Description("Run a command in the guest.")]
public sealed record RunStep : Step
{
    [Description("Command for the login user's shell; several lines are a script."), Example("systemctl is-active sshd")]
    [Format(@"\S", "a command")]
    public required string Command { get; init; }

    [Description("Exit code that the command must end with: a number, any, or failure (anything but 0).")]
    public ExitExpectation Exit { get; init; } = ExitExpectation.Success;

    [Description("What standard output must be; a plain text must equal it, white space at both ends left out.")]
    public TextExpectation? Stdout { get; init; }

    [Description("What standard error must be.")]
    public TextExpectation? Stderr { get; init; }

    private protected override string Describe() => Shorten(Command);
}
