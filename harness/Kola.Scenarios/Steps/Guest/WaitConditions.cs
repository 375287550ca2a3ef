using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Kola.Machines.Host;
using Kola.Scenarios.Model.Values;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Guest;

[Keyword("unit", Value = nameof(Unit)), Description("A systemd unit is in a state.")]
public sealed record UnitCondition : PolledCondition
{
    /// <summary>Between two looks where the guest's journal tells of changes: a unit may be known by another name.</summary>
    private static readonly TimeSpan ToldInterval = TimeSpan.FromSeconds(1);

    [Description("Name of the unit, or what it is for."), Example("boot-complete"), Format(UnitNames.Pattern, UnitNames.Form)]
    public required string Unit { get; init; }

    [Description("State to wait for.")]
    public UnitState State { get; init; } = UnitState.Active;

    [Unwritten]
    public override string Title => $"{Unit} {State.ToString().ToLowerInvariant()}";

    private protected override async Task<(bool Holds, string Seen)> LookAsync(MachineStepContext context, CancellationToken cancellation)
    {
        var unit = context.Live.UnitName(Unit);
        var state = (await context.Live.Adapter.UnitsAsync(context.Live.Ssh, [unit], cancellation))[unit].ActiveState;
        return (state.Equals(State.ToString(), StringComparison.OrdinalIgnoreCase), $"{unit} is {state}");
    }

    /// <summary>Until the guest's journal tells of the unit, where it streams.</summary>
    private protected override async Task RestAsync(long position, MachineStepContext context, CancellationToken cancellation)
    {
        if (context.Live.Machine.Journal is not { Streams: true } journal)
        {
            await base.RestAsync(position, context, cancellation);
            return;
        }

        using var enough = new CancellationTokenSource(ToldInterval, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, cancellation);
        try
        {
            var unit = context.Live.UnitName(Unit);
            await journal.WaitForAsync(entry => entry.Unit == unit, position, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // It is looked at again.
        }
    }
}

[Keyword("file", Value = nameof(File)), Description("A path exists (or no longer does).")]
public sealed record FileCondition : PolledCondition
{
    [Description("Absolute path in the guest."), Format("^/", "an absolute path")]
    public required string File { get; init; }

    [Description("Whether the path must exist or be gone.")]
    public FilePresence State { get; init; } = FilePresence.Present;

    [Unwritten]
    public override string Title => $"{File} {State.ToString().ToLowerInvariant()}";

    private protected override async Task<(bool Holds, string Seen)> LookAsync(MachineStepContext context, CancellationToken cancellation)
    {
        var path = ShellQuote.Word(File);
        var there = await context.Live.Ssh.QueryAsync($"[ -e {path} ] || [ -L {path} ]", context.Bound, cancellation);
        return (there.ExitCode == 0 == (State == FilePresence.Present), $"{File} is {(there.ExitCode == 0 ? "present" : "absent")}");
    }
}

[Keyword("command", Value = nameof(Command)), Description("A command, tried again and again, ends as expected.")]
public sealed record CommandCondition : PolledCondition
{
    [Description("Command for the login user's shell."), Format(@"\S", "a command")]
    public required string Command { get; init; }

    [Description("Exit code to wait for: a number, any, or failure.")]
    public ExitExpectation Exit { get; init; } = ExitExpectation.Success;

    [Description("What standard output must be.")]
    public TextExpectation? Stdout { get; init; }

    [Unwritten]
    public override string Title => Command.Trim();

    private protected override async Task<(bool Holds, string Seen)> LookAsync(MachineStepContext context, CancellationToken cancellation)
    {
        var result = await context.Live.Ssh.RunAsync(context.Live.Filled(Command), context.Bound, cancellation);
        var wrong = Exit.Check(result.ExitCode) ?? (result.WholeStdout is { } whole ? Stdout?.Check(whole) : TextExpectation.TooLong);
        return (wrong is null, wrong ?? result.Stdout.Trim());
    }
}

[Keyword("port", Value = nameof(Port)), Description("Something in the guest listens on a TCP port.")]
public sealed record PortCondition : PolledCondition
{
    [Description("TCP port in the guest."), Range(1, 65535)]
    public required int Port { get; init; }

    [Unwritten]
    public override string Title => $"port {Port}";

    private protected override async Task<(bool Holds, string Seen)> LookAsync(MachineStepContext context, CancellationToken cancellation)
    {
        // Asked of the guest's own socket table: connecting would make the service answer.
        var listeners = await context.Live.Ssh.QueryAsync($"ss -Hltn 'sport = :{Port}'", context.Bound, cancellation);
        return (listeners.Stdout.Trim().Length > 0, $"port {Port}: {(listeners.Stdout.Trim() is { Length: > 0 } text ? text : "no listener")}");
    }
}
