using System.IO.Enumeration;

namespace Kola.Results.Gate;

/// <summary>Selects scenarios: every list that is not empty must have an entry that fits.</summary>
public sealed record GateRule
{
    /// <summary>Where it is written, for messages: <c>path:line:column</c>.</summary>
    public string Place { get; init; } = "";

    /// <summary>Names (<c>boot.uefi</c>), groups (<c>boot</c>), patterns (<c>boot.*</c>) or cases (<c>boot.uefi[tpm=true]</c>).</summary>
    public IReadOnlyList<string> Scenarios { get; init; } = [];

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Files or folders, relative to the checkout.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Images that the scenario boots one of: <c>kola-os</c> (any release) or <c>kola-os:1</c>.</summary>
    public IReadOnlyList<string> Images { get; init; } = [];

    /// <summary>Values by matrix variable; a case at another point, or without the variable, is not selected.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Matrix { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    public bool Selects(ExpectedScenario scenario) =>
        Fits(Scenarios, entry => Names(entry, scenario))
        && Fits(Tags, scenario.Tags.Contains)
        && Fits(Paths, entry => Holds(entry, scenario.File))
        && Fits(Images, entry => scenario.Images.Any(image => Means(entry, image)))
        && Matrix.All(point => scenario.Matrix.TryGetValue(point.Key, out var value) && point.Value.Contains(value));

    /// <summary>
    /// What in the rule selects nothing, in words. A name that was misspelt, or whose scenario is gone, would otherwise make the gate ask for less
    /// than was meant.
    /// </summary>
    public IEnumerable<string> Idle(IReadOnlyList<ExpectedScenario> scenarios)
    {
        string[] idle =
        [
            .. Scenarios.Where(entry => !scenarios.Any(s => Names(entry, s))).Select(entry => $"scenario '{entry}'"),
            .. Tags.Where(entry => !scenarios.Any(s => s.Tags.Contains(entry))).Select(entry => $"tag '{entry}'"),
            .. Paths.Where(entry => !scenarios.Any(s => Holds(entry, s.File))).Select(entry => $"path '{entry}'"),
            .. Images.Where(entry => !scenarios.Any(s => s.Images.Any(image => Means(entry, image)))).Select(entry => $"image '{entry}'"),
            .. Matrix.SelectMany(point => point.Value.Select(value => (point.Key, Value: value)))
                .Where(point => !scenarios.Any(s => s.Matrix.TryGetValue(point.Key, out var value) && value == point.Value))
                .Select(point => $"matrix point '{point.Key}={point.Value}'"),
        ];
        return idle is [] && !scenarios.Any(Selects) ? ["all of it together"] : idle;
    }

    /// <summary>Whether an entry names a scenario, one of its cases, its group, or a pattern of its name.</summary>
    public static bool Names(string entry, ExpectedScenario scenario) =>
        entry == scenario.Id || entry == scenario.Name
        || scenario.Name.StartsWith(entry + '.', StringComparison.Ordinal)
        || (entry.Contains('*', StringComparison.Ordinal) && FileSystemName.MatchesSimpleExpression(entry, scenario.Name, ignoreCase: false));

    private static bool Fits(IReadOnlyList<string> entries, Func<string, bool> fits) => entries.Count == 0 || entries.Any(fits);

    private static bool Holds(string path, string file) => file == path || file.StartsWith(path.TrimEnd('/') + '/', StringComparison.Ordinal);

    private static bool Means(string entry, string image) => entry == image || entry == image.Split(':', 2)[0];
}
