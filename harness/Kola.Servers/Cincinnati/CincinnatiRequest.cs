namespace Kola.Servers.Cincinnati;

/// <summary>A request and what became of it.</summary>
public sealed record CincinnatiRequest
{
    /// <summary>From 1, in the order in which they came.</summary>
    public required int Number { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>When the answer ended; <see langword="null"/> while it is on its way.</summary>
    public DateTimeOffset? AnsweredAt { get; init; }

    public required string Method { get; init; }

    /// <summary>As it was asked for, with the leading slash and without the query.</summary>
    public required string Path { get; init; }

    /// <summary>What the query says by <c>basearch</c>, and so on; <see langword="null"/>: nothing.</summary>
    public string? Architecture { get; init; }

    public string? Stream { get; init; }

    /// <summary>The version that the node runs.</summary>
    public string? Version { get; init; }

    /// <summary>The payload that the node runs.</summary>
    public string? Checksum { get; init; }

    public string? Group { get; init; }

    public string? Node { get; init; }

    public string? Platform { get; init; }

    /// <summary>Whether it asked for container images.</summary>
    public bool Oci { get; init; }

    /// <summary>How late it is shown releases, 0 to 1: as it said, or by its id.</summary>
    public double Wariness { get; init; }

    /// <summary>The versions that updates lead to from the payload that it runs, the newest last; <see langword="null"/>: no graph was sent.</summary>
    public IReadOnlyList<string>? Offered { get; init; }

    /// <summary>HTTP status; <see langword="null"/> when none was sent.</summary>
    public int? Status { get; init; }

    /// <summary>The faults that acted on it, in their order.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    public required RequestEnding Ending { get; init; }
}
