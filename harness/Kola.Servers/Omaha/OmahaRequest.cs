namespace Kola.Servers.Omaha;

/// <summary>A request and what became of it.</summary>
public sealed record OmahaRequest
{
    /// <summary>From 1, in the order in which they came.</summary>
    public required int Number { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>When the answer ended; <see langword="null"/> while it is on its way.</summary>
    public DateTimeOffset? AnsweredAt { get; init; }

    public required string Method { get; init; }

    /// <summary>As it was asked for, with the leading slash.</summary>
    public required string Path { get; init; }

    /// <summary>One for each application; empty when the request could not be read.</summary>
    public IReadOnlyList<OmahaReport> Reports { get; init; } = [];

    /// <summary>HTTP status; <see langword="null"/> when none was sent.</summary>
    public int? Status { get; init; }

    /// <summary>Why the request was refused; <see langword="null"/> when it was not.</summary>
    public string? Refusal { get; init; }

    /// <summary>The faults that acted on it, in their order.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    public required RequestEnding Ending { get; init; }
}
