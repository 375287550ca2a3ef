using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Kola.Scenarios.Model.Values;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Steps.Guest;

/// <summary>What a <see cref="WaitForStep"/> waits for: a closed union.</summary>
public abstract record WaitCondition
{
    private protected WaitCondition() { }

    /// <summary>The condition for people, on one short line.</summary>
    [Unwritten]
    public abstract string Title { get; }
}

[Keyword("unit", Value = nameof(Unit)), Description("A systemd unit is in a state.")]
public sealed record UnitCondition : WaitCondition
{
    [Description("Name of the unit."), Example("sshd.service"), Format(@"^[A-Za-z0-9:_.\\@-]+\.[a-z]+$", "a unit's full name such as sshd.service")]
    public required string Unit { get; init; }

    [Description("State to wait for.")]
    public UnitState State { get; init; } = UnitState.Active;

    [Unwritten]
    public override string Title => $"{Unit} {State.ToString().ToLowerInvariant()}";
}

[Keyword("file", Value = nameof(File)), Description("A path exists (or no longer does).")]
public sealed record FileCondition : WaitCondition
{
    [Description("Absolute path in the guest."), Format("^/", "an absolute path")]
    public required string File { get; init; }

    [Description("Whether the path must exist or be gone.")]
    public FilePresence State { get; init; } = FilePresence.Present;

    [Unwritten]
    public override string Title => $"{File} {State.ToString().ToLowerInvariant()}";
}

[Keyword("command", Value = nameof(Command)), Description("A command, tried again and again, ends as expected.")]
public sealed record CommandCondition : WaitCondition
{
    [Description("Command for the login user's shell."), Format(@"\S", "a command")]
    public required string Command { get; init; }

    [Description("Exit code to wait for: a number, any, or failure.")]
    public ExitExpectation Exit { get; init; } = ExitExpectation.Success;

    [Description("What standard output must be.")]
    public TextExpectation? Stdout { get; init; }

    [Unwritten]
    public override string Title => Command.Trim();
}

[Keyword("console", Value = nameof(Console)), Description("The serial console shows a text (also when it has shown it already).")]
public sealed record ConsoleCondition : WaitCondition
{
    [Description("A .NET regular expression."), Example("'login: $'")]
    public required Pattern Console { get; init; }

    [Unwritten]
    public override string Title => $"console /{Console}/";
}

[Keyword("update", Value = nameof(To)), Description("An update that was started in the background has ended: the release is installed, or refused.")]
public sealed record UpdateCondition : WaitCondition
{
    [Description("Release that the other slot must hold; with 'refused', the one that must not.")]
    public required string To { get; init; }

    [Description("What the update tool must say when it refuses.")]
    public Pattern? Refused { get; init; }

    [Unwritten]
    public override string Title => $"update to {To}{(Refused is null ? "" : " refused")}";
}

[Keyword("port", Value = nameof(Port)), Description("Something in the guest listens on a TCP port.")]
public sealed record PortCondition : WaitCondition
{
    [Description("TCP port in the guest."), Range(1, 65535)]
    public required int Port { get; init; }

    [Unwritten]
    public override string Title => $"port {Port}";
}
