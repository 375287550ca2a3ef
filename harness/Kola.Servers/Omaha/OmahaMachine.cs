namespace Kola.Servers.Omaha;

/// <summary>A machine as its requests describe it.</summary>
public sealed record OmahaMachine
{
    public required string Id { get; init; }

    /// <summary>Of its last request, as the three that follow.</summary>
    public string? Group { get; init; }

    /// <summary>Another one after each boot.</summary>
    public string? BootId { get; init; }

    public required string Version { get; init; }

    public required DateTimeOffset LastSeen { get; init; }

    public int Pings { get; init; }

    /// <summary>All that it said, in order.</summary>
    public required IReadOnlyList<OmahaEvent> Events { get; init; }
}
