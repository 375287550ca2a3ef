namespace Kola.Scenarios.Model;

/// <summary>Which cases to run.</summary>
public sealed record ScenarioSelection
{
    /// <summary>
    /// Files or folders (with a slash or ending in .yaml), names (<c>boot.uefi</c>), groups (<c>boot</c>), patterns (<c>boot.*</c>) or single cases
    /// (<c>boot.uefi[tpm=true]</c>). None: all.
    /// </summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Only scenarios that have one of these tags. None: all.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Also external tests that ask to be left out without a certain tag: somebody else chooses among all there are, as a gate's policy does.</summary>
    public bool All { get; init; }

    /// <summary>Values by parameter or matrix variable. Each must concern at least one of the scenarios.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}
