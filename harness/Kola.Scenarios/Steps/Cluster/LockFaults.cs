using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Kola.Servers.FleetLock;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Cluster;

/// <summary>Which requests to a FleetLock server.</summary>
public enum LockCalls { All, PreReboot, SteadyState }

/// <summary>What goes wrong with a FleetLock server's answers: a closed union. The keyword's value says with which.</summary>
public abstract record LockFault
{
    private protected LockFault() { }

    [Description("Which requests: to get a slot, to give it back, or all."), Example("pre-reboot")]
    public LockCalls Call { get; init; }

    [Description("For how many requests, the first ones. Default: all."), Range(1, 1000)]
    public int? Times { get; init; }

    /// <summary>For people, on one short line.</summary>
    [Unwritten]
    public string Title => $"{GetType().Name.Replace("LockFault", "", StringComparison.Ordinal)} for {Call}";

    /// <summary>What the server does.</summary>
    internal FleetLockFault Act() => Fault with
    {
        Times = Times,
        Call = Call switch { LockCalls.All => null, LockCalls.PreReboot => LockCall.PreReboot, LockCalls.SteadyState => LockCall.SteadyState },
    };

    /// <summary>The same without which requests and how many.</summary>
    private protected abstract FleetLockFault Fault { get; }
}

[Keyword("down", Value = nameof(Call)), Description("Connections are torn down without an answer, and nothing is decided.")]
public sealed record DownLockFault : LockFault
{
    private protected override FleetLockFault Fault => new FleetLockFault.Down();
}

[Keyword("slow", Value = nameof(Call)), Description("The answer comes late. It is decided at once, so a client that gives up may hold a slot that it does not know of.")]
public sealed record SlowLockFault : LockFault
{
    [Description("How late, in real time."), Example("20s")]
    public required TimeSpan By { get; init; }

    private protected override FleetLockFault Fault => new FleetLockFault.Slow(By);
}

[Keyword("error", Value = nameof(Call)), Description("An HTTP status instead of a decision.")]
public sealed record ErrorLockFault : LockFault
{
    [Description("The status."), Range(400, 599)]
    public int Code { get; init; } = 500;

    private protected override FleetLockFault Fault => new FleetLockFault.Errors(Code);
}

[Keyword("grants-twice", Value = nameof(Call)), Description("A defective server, to show that the scenario finds it: slots are granted without counting them.")]
public sealed record GrantsTwiceLockFault : LockFault
{
    private protected override FleetLockFault Fault => new FleetLockFault.GrantsTwice();
}
