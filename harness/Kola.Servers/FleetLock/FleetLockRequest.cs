namespace Kola.Servers.FleetLock;

/// <summary>A request and what became of it.</summary>
public sealed record FleetLockRequest
{
    /// <summary>From 1, in the order in which they came.</summary>
    public required int Number { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>When the answer ended; <see langword="null"/> while it is on its way.</summary>
    public DateTimeOffset? AnsweredAt { get; init; }

    public required string Method { get; init; }

    /// <summary>As it was asked for, with the leading slash.</summary>
    public required string Path { get; init; }

    /// <summary><see langword="null"/> when the request did not say it so that it could be read, as <see cref="Id"/>.</summary>
    public string? Group { get; init; }

    public string? Id { get; init; }

    /// <summary>HTTP status; <see langword="null"/> when none was sent.</summary>
    public int? Status { get; init; }

    /// <summary><see langword="null"/> when nothing was decided.</summary>
    public LockEffect? Effect { get; init; }

    /// <summary>The protocol's kind of error; <see langword="null"/> when it was granted.</summary>
    public string? Kind { get; init; }

    /// <summary>The faults that acted on it, in their order.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    public required RequestEnding Ending { get; init; }
}
