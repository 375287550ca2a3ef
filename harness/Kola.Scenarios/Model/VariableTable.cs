using System.Text.RegularExpressions;
using Kola.Machines.Images.Catalog;
using Kola.Results.Events;
using Kola.Scenarios.Model.Values;
using Kola.Yaml;
using Kola.Yaml.Nodes;
using Kola.Yaml.Shapes;

namespace Kola.Scenarios.Model;

/// <summary>The variables of a scenario file: its matrix and its parameters.</summary>
internal sealed partial record VariableTable
{
    /// <summary>More cases than this are a mistake.</summary>
    private const int MaxPoints = 256;

    /// <summary>Keys in which variables are replaced. The others say what the scenario is, and are the same at every point.</summary>
    private static readonly string[] Replaced = ["timeout", "image", "machines", "allow", "steps"];

    public required IReadOnlyDictionary<string, IReadOnlyList<VariableValue>> Matrix { get; init; }

    public required IReadOnlyDictionary<string, VariableValue> Parameters { get; init; }

    /// <summary>Who plays the roles: <c>${candidate}</c> is a version.</summary>
    public required ReleaseRoles Roles { get; init; }

    /// <summary>Every combination of the matrix, in the file's order; one empty point without a matrix.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, VariableValue>> Points()
    {
        IEnumerable<OrderedDictionary<string, VariableValue>> points = [[]];
        foreach (var (name, values) in Matrix)
            points = points.SelectMany(point => values.Select(value => new OrderedDictionary<string, VariableValue>(point) { [name] = value }));
        return [.. points.Take(MaxPoints)];
    }

    /// <summary>Values of all variables at a point.</summary>
    public IReadOnlyDictionary<string, VariableValue> At(IReadOnlyDictionary<string, VariableValue> point) =>
        Parameters.Concat(point).Concat(Versions(point)).DistinctBy(pair => pair.Key).ToDictionary();

    /// <summary>A role that nobody plays stays a word.</summary>
    private IEnumerable<KeyValuePair<string, VariableValue>> Versions(IReadOnlyDictionary<string, VariableValue> point) =>
        ReleaseRole.All.Select(role => KeyValuePair.Create(role, new VariableValue(Roles.VersionOf(role, OldestAt(point)) ?? role, Plain: false)));

    /// <summary>Which of the further releases in the field a point is about; <see langword="null"/>: none.</summary>
    public static string? OldestAt(IReadOnlyDictionary<string, VariableValue> point) => point.TryGetValue(ReleaseRole.Oldest, out var version) ? version.Text : null;

    /// <summary>Takes what is usable of a file's matrix and parameters; what is wrong with their form is told when the whole file is bound.</summary>
    public static VariableTable Read(YamlMapping document, ReleaseRoles roles, BindingContext context)
    {
        var table = new VariableTable
        {
            Matrix = Bind<IReadOnlyList<VariableValue>>(document, "matrix", context),
            Parameters = Bind<VariableValue>(document, "parameters", context),
            Roles = roles,
        };
        table.CheckValues(document, context);
        table.CheckReferences(document, context);
        return SpeaksOfOldest(document) && roles.Oldest is { Count: > 0 } versions
            ? table with { Matrix = new OrderedDictionary<string, IReadOnlyList<VariableValue>>(table.Matrix) { [ReleaseRole.Oldest] = [.. versions.Select(version => new VariableValue(version, Plain: false))] } }
            : table;
    }

    /// <summary>There may be several such releases: then each is a case of its own.</summary>
    private static bool SpeaksOfOldest(YamlMapping document) =>
        document.Entries.Where(entry => Replaced.Contains(entry.Key.Text)).SelectMany(entry => Variables.Scalars(entry.Value))
            .Any(scalar => scalar.Text == ReleaseRole.Oldest || Variables.References(scalar.Text).Contains(ReleaseRole.Oldest));

    private static IReadOnlyDictionary<string, T> Bind<T>(YamlMapping document, string key, BindingContext context)
    {
        if (document.Find(key) is not { } node)
            return new Dictionary<string, T>();
        ScenarioDocument.Layout.Own.Single(field => field.Key == key).Shape.TryBind(node, context, out var value);
        return value as IReadOnlyDictionary<string, T> ?? new Dictionary<string, T>();
    }

    private void CheckValues(YamlMapping document, BindingContext context)
    {
        if (document.Find("matrix") is not YamlMapping matrix)
            return;
        foreach (var entry in matrix.Entries)
        {
            if (Parameters.ContainsKey(entry.Key.Text))
                context.Report(entry.Key.Location, $"'{entry.Key.Text}' is a parameter too; expected one meaning of a variable");
            HashSet<string> seen = [];
            foreach (var scalar in Variables.Scalars(entry.Value))
            {
                if (!seen.Add(scalar.Text))
                    context.Report(scalar.Location, $"duplicate value '{scalar.Text}'; expected each once");
                if (!Value().IsMatch(scalar.Text))
                    context.Report(scalar.Location, $"matrix value {scalar.Noun}; expected letters, digits and . _ : / + - only, for it becomes part of the test's name");
            }
        }

        var count = Matrix.Values.Aggregate(1d, (product, values) => product * values.Count);
        if (count > MaxPoints)
            context.Report(matrix.Location, $"{count:0} combinations; expected at most {MaxPoints}");
    }

    private void CheckReferences(YamlMapping document, BindingContext context)
    {
        string[] own = [.. Matrix.Keys, .. Parameters.Keys], known = [.. own, .. ReleaseRole.All];
        var members = Members.ScalarsWithin(document);
        YamlScalar[] written = [.. Keys(document, "matrix"), .. Keys(document, "parameters")];
        HashSet<string> used = [];
        foreach (var entry in document.Entries)
            foreach (var scalar in Variables.Scalars(entry.Value))
                foreach (var name in Variables.References(scalar.Text).Where(name => !Members.OwnVariables.Contains(name) || !members.Contains(scalar)))
                {
                    used.Add(name);
                    if (!Replaced.Contains(entry.Key.Text))
                        context.Report(scalar.Location, $"'${{{name}}}' cannot stand in '{entry.Key.Text}'; variables are replaced in {string.Join(", ", Replaced)}");
                    else if (Variables.IsUnit(name))
                        CheckUnit(scalar, name, context);
                    else if (!known.Contains(name) && !written.Any(key => key.Text == name))
                        context.Report(scalar.Location, $"unknown variable '${{{name}}}'; expected {Names(own)}, a role ({string.Join(", ", ReleaseRole.All)}), or $${{ where the text itself has ${{{Spelling.Hint(name, known)}");
                }

        foreach (var scalar in written)
            if (members.Count > 0 && Members.OwnVariables.Contains(scalar.Text))
                context.Report(scalar.Location, $"'{scalar.Text}' is a machine's own where 'count' is given; expected another name");
            else if (ReleaseRole.All.Contains(scalar.Text))
                context.Report(scalar.Location, $"'{scalar.Text}' is a role, whose version ${{{scalar.Text}}} is already; expected another name");
            else if (scalar.Text == ScenarioCase.Turn)
                context.Report(scalar.Location, $"'{scalar.Text}' counts the turns of a repeated scenario; expected another name");
            else if (!used.Contains(scalar.Text))
                context.Report(scalar.Location, $"variable '{scalar.Text}' is never used; use it as ${{{scalar.Text}}} or leave it out");
    }

    private static void CheckUnit(YamlScalar scalar, string name, BindingContext context)
    {
        if (Variables.UnitOf(name) is null)
            context.Report(scalar.Location, $"unknown unit '${{{name}}}'; expected unit.ROLE with {UnitRoles.Expected}");
    }

    private static IEnumerable<YamlScalar> Keys(YamlMapping document, string key) =>
        (document.Find(key) as YamlMapping)?.Entries.Select(entry => entry.Key) ?? [];

    private static string Names(string[] known) => known is [] ? "a key of 'matrix' or 'parameters' (there is none)" : $"one of {string.Join(", ", known)}";

    [GeneratedRegex("^[A-Za-z0-9._:/+-]{1,64}\\z")]
    private static partial Regex Value();
}
