using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Kola.Yaml.Binding;

namespace Kola.Servers.FleetLock;

/// <summary>What goes wrong with answers to some requests, as scenario files write it: a closed union. The keyword's value says with which requests. Faults that match the same request act together.</summary>
public abstract record LockFault
{
    private LockFault() { }

    [Description("Which requests: to get a slot, to give it back, or all."), Example("pre-reboot")]
    public LockCall Call { get; init; }

    [Description("For how many requests, the first ones. Default: all."), Range(1, 1000)]
    public int? Times { get; init; }

    /// <summary>For the record: what is done.</summary>
    public abstract string Title { get; }

    /// <param name="asked"><see langword="null"/>: nothing that there is.</param>
    internal bool Matches(LockCall? asked) => Call is LockCall.All || Call == asked;

    /// <summary>How a request is answered that is answered like this without the fault.</summary>
    internal abstract LockAnswer Act(LockAnswer answer);

    /// <summary>What was asked is recorded.</summary>
    /// <remarks>The port stays open, as the guests' way to it is fixed when they start; a client sees its connection reset.</remarks>
    [Keyword("down", Value = nameof(Call)), Description("Connections are torn down without an answer, and nothing is decided.")]
    public sealed record Down : LockFault
    {
        public override string Title => "down";

        internal override LockAnswer Act(LockAnswer answer) => answer with { TornDown = true };
    }

    [Keyword("slow", Value = nameof(Call)), Description("The answer comes late. It is decided at once, so a client that gives up may hold a slot that it does not know of.")]
    public sealed record Slow : LockFault
    {
        [Description("How late, in real time."), Example("20s")]
        public required TimeSpan By { get; init; }

        public override string Title => $"slow by {By.TotalSeconds:0.###} s";

        internal override LockAnswer Act(LockAnswer answer) => answer with { Late = answer.Late + By };
    }

    [Keyword("error", Value = nameof(Call)), Description("An HTTP status instead of a decision.")]
    public sealed record Error : LockFault
    {
        [Description("The status."), Range(400, 599)]
        public int Code { get; init; } = 500;

        public override string Title => $"status {Code}";

        internal override LockAnswer Act(LockAnswer answer) => answer with { Status = answer.Status ?? Code };
    }

    [Keyword("grants-twice", Value = nameof(Call)), Description("A defective server, to show that the scenario finds it: slots are granted without counting them.")]
    public sealed record GrantsTwice : LockFault
    {
        public override string Title => "grants-twice";

        internal override LockAnswer Act(LockAnswer answer) => answer with { Uncounted = true };
    }
}
