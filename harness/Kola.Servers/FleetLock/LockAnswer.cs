namespace Kola.Servers.FleetLock;

/// <summary>How a request is to be answered, as its faults make it; without faults as the protocol has it.</summary>
internal sealed record LockAnswer
{
    /// <summary>Not at all: the connection is reset.</summary>
    public bool TornDown { get; init; }

    /// <summary>With this HTTP status instead of a decision.</summary>
    public int? Status { get; init; }

    /// <summary>How long after the decision.</summary>
    public TimeSpan Late { get; init; }

    /// <summary>Whether a slot is granted without counting those that are held.</summary>
    public bool Uncounted { get; init; }
}
