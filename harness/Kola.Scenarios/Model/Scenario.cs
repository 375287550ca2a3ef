using Kola.Scenarios.Model.Values;
using Kola.Yaml;

namespace Kola.Scenarios.Model;

/// <summary>A valid scenario file.</summary>
public sealed record Scenario
{
    private readonly ScenarioSource source;
    private readonly VariableTable variables;
    private readonly IReadOnlyList<BoundPoint> bound;
    private IReadOnlyList<ScenarioCase>? cases;

    /// <param name="bound">What checking the file has bound already, at every point with the parameters' defaults.</param>
    internal Scenario(ScenarioSource source, VariableTable variables, IReadOnlyList<BoundPoint> bound) => (this.source, this.variables, this.bound) = (source, variables, bound);

    /// <summary>Unique within a catalog, dotted: <c>boot.uefi</c>.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence.</summary>
    public required string Summary { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>Absolute path of the file.</summary>
    public required string Path { get; init; }

    /// <summary>Path within Kola's library, <c>library/boot/uefi.yaml</c>; <see langword="null"/>: it is not of the library.</summary>
    public string? LibraryPath { get; init; }

    /// <summary>What it is translated from; <see langword="null"/>: it is a scenario file.</summary>
    public ExternalTest? External { get; init; }

    /// <summary>SHA-256 of the file's bytes, lower-case hexadecimal; of an external test, of all that belongs to it.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Matrix variables and their values, in the file's order.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Matrix =>
        variables.Matrix.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<string>)[.. pair.Value.Select(value => value.Text)]);

    /// <summary>Parameters and their defaults.</summary>
    public IReadOnlyDictionary<string, string> Parameters => variables.Parameters.ToDictionary(pair => pair.Key, pair => pair.Value.Text);

    /// <summary>Who plays the roles that it speaks of.</summary>
    public ReleaseRoles Roles => variables.Roles;

    /// <summary>Where the name is written.</summary>
    internal SourceLocation NameLocation => source.Tree.Find("scenario")!.Location;

    /// <summary>Its path as records and policies write it: relative to the project, or within the library or the project of an external test.</summary>
    public string ShownIn(string project) => LibraryPath ?? External?.ShownPath ?? System.IO.Path.GetRelativePath(project, Path);

    /// <summary>One case for every combination of the matrix, with the parameters' defaults.</summary>
    public IReadOnlyList<ScenarioCase> Expand() => cases ??= [.. bound.Select(one => Case(one, variables))];

    /// <summary>One case for every combination of the matrix.</summary>
    /// <param name="settings">Values by parameter; a matrix variable named here is limited to that one of its values.</param>
    /// <exception cref="ScenarioException">A setting that this scenario does not have, or a value that makes it invalid.</exception>
    public IReadOnlyList<ScenarioCase> Expand(IReadOnlyDictionary<string, string> settings)
    {
        if (settings.Count == 0)
            return Expand();
        var table = settings.Aggregate(variables, Set);
        List<YamlProblem> problems = [];
        List<ScenarioCase> cases = [];
        foreach (var point in table.Points())
            if (source.Bind(table, point, problems) is { } document)
                cases.Add(Case(new(point, document), table));
        return problems is [] ? cases : throw new ScenarioException([.. problems.Distinct()]);
    }

    private VariableTable Set(VariableTable table, KeyValuePair<string, string> setting)
    {
        var (name, text) = setting;
        if (table.Parameters.ContainsKey(name))
        {
            var parameters = new Dictionary<string, VariableValue>(table.Parameters) { [name] = new(text, Plain: true) };
            return table with { Parameters = parameters };
        }

        if (!table.Matrix.TryGetValue(name, out var values))
        {
            string[] known = [.. table.Parameters.Keys, .. table.Matrix.Keys];
            var expected = known is [] ? "it has no parameters" : $"expected one of {string.Join(", ", known)}";
            throw new ScenarioException($"scenario '{Name}' has no parameter '{name}'; {expected}{Spelling.Hint(name, known)}");
        }

        VariableValue[] limited = [.. values.Where(value => value.Text == text)];
        if (limited is [])
            throw new ScenarioException($"scenario '{Name}' has no case with {name}={text}; expected one of {string.Join(", ", values.Select(value => value.Text))}");
        var matrix = new OrderedDictionary<string, IReadOnlyList<VariableValue>>(table.Matrix) { [name] = limited };
        return table with { Matrix = matrix };
    }

    private ScenarioCase Case(BoundPoint bound, VariableTable table)
    {
        var (point, document) = bound;
        var matrix = new OrderedDictionary<string, string>(point.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Text)));
        return new()
        {
            Scenario = this,
            Matrix = matrix,
            Values = table.At(point).ToDictionary(pair => pair.Key, pair => pair.Value.Text),
            Boot = document.Boot,
            From = document.From,
            Timeout = document.Timeout,
            Networks = document.Networks,
            Needs = [.. document.Needs.Union(document.From?.Parent.Needs ?? [])],
            Machines = [.. document.Machines.Values],
            AllowedFaults = [.. document.Allow.Union(document.From?.Parent.AllowedFaults ?? [])],
            MayChange = [.. document.MayChange.Union(document.From?.Parent.MayChange ?? [])],
            Steps = document.Steps,
        };
    }
}
