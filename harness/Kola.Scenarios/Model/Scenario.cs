namespace Kola.Scenarios.Model;

/// <summary>A valid scenario file.</summary>
public sealed record Scenario
{
    /// <summary>Unique within a catalog, dotted: <c>boot.uefi</c>.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence.</summary>
    public required string Summary { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>Absolute path of the file.</summary>
    public required string Path { get; init; }

    /// <summary>SHA-256 of the file's bytes, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Matrix variables and their values, in the file's order.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Matrix { get; init; }

    /// <summary>Parameters and their defaults.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    /// <summary>One case for every combination of the matrix, with the parameters' defaults.</summary>
    public IReadOnlyList<ScenarioCase> Expand() => Expand(new Dictionary<string, string>());

    /// <summary>One case for every combination of the matrix.</summary>
    /// <param name="settings">Values by parameter; a matrix variable named here is limited to that one of its values.</param>
    /// <exception cref="ScenarioException">A setting that this scenario does not have, or a value that makes it invalid.</exception>
    public IReadOnlyList<ScenarioCase> Expand(IReadOnlyDictionary<string, string> settings) => throw new NotImplementedException();
}
