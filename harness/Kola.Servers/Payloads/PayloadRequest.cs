namespace Kola.Servers.Payloads;

/// <summary>A request and what became of it.</summary>
public sealed record PayloadRequest
{
    /// <summary>From 1, in the order in which they came.</summary>
    public required int Number { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Method { get; init; }

    /// <summary>The file's name, without the leading slash.</summary>
    public required string Path { get; init; }

    /// <summary>As the client asked for it, such as <c>bytes=0-99</c>.</summary>
    public string? Range { get; init; }

    public required int Status { get; init; }

    /// <summary>Bytes of content that were handed to the connection; some may not have reached the client.</summary>
    public required long BytesSent { get; init; }

    /// <summary>The faults that acted on it, in their order.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    public required RequestEnding Ending { get; init; }

    /// <summary>Whether it is for a file that the pattern matches, see <see cref="PayloadFault.Path"/>.</summary>
    public bool Matches(string pattern) => PathPattern.Matches(pattern, Path);
}
