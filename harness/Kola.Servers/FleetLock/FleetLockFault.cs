namespace Kola.Servers.FleetLock;

/// <summary>What goes wrong with answers to some requests: a closed union. Faults that match the same request act together.</summary>
public abstract record FleetLockFault
{
    private FleetLockFault() { }

    /// <summary>With which requests; <see langword="null"/>: with all.</summary>
    public LockCall? Call { get; init; }

    /// <summary>With how many that match, the first ones; <see langword="null"/>: with all.</summary>
    public int? Times { get; init; }

    /// <summary>For the record: what is done.</summary>
    public abstract string Title { get; }

    /// <summary>Connections are torn down without an answer, and nothing is decided. What was asked is recorded.</summary>
    /// <remarks>The port stays open, as the guests' way to it is fixed when they start; a client sees its connection reset.</remarks>
    public sealed record Down : FleetLockFault
    {
        public override string Title => "down";
    }

    /// <summary>The answer comes late. It is decided at once, so a client that leaves meanwhile may hold a slot it does not know of.</summary>
    /// <param name="By">How late.</param>
    public sealed record Slow(TimeSpan By) : FleetLockFault
    {
        public override string Title => $"slow by {By.TotalSeconds:0.###} s";
    }

    /// <summary>An HTTP status instead of a decision.</summary>
    /// <param name="Status">400 to 599.</param>
    public sealed record Errors(int Status) : FleetLockFault
    {
        public override string Title => $"status {Status}";
    }

    /// <summary>A defective server, to show that a test finds it: slots are granted without counting them.</summary>
    public sealed record GrantsTwice : FleetLockFault
    {
        public override string Title => "grants-twice";
    }
}
