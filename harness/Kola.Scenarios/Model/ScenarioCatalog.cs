using System.IO.Enumeration;
using Kola.Yaml;

namespace Kola.Scenarios.Model;

/// <summary>The scenarios below a folder.</summary>
public sealed class ScenarioCatalog
{
    private readonly string root;
    private readonly Dictionary<string, Scenario> byFile = [];

    /// <summary>The same ones. Names that differ in case only are one name, as files are on some systems.</summary>
    private readonly Dictionary<string, Scenario> byName = new(StringComparer.OrdinalIgnoreCase);

    private readonly LoadingRules rules;
    private readonly ParentFiles noParents;
    private readonly List<(string File, YamlProblem Problem)> problems = [];

    /// <summary>Of what was asked for besides the folder: they are told whatever is selected of it.</summary>
    private readonly List<YamlProblem> furtherProblems = [];
    private readonly List<OverriddenScenario> overridden = [];

    private ScenarioCatalog(string root, LoadingRules rules) => (this.root, this.rules, noParents) = (root, rules, new(rules));

    /// <summary>The valid ones, by name.</summary>
    public IReadOnlyList<Scenario> Scenarios => [.. byFile.Values.OrderBy(scenario => scenario.Name, StringComparer.Ordinal)];

    /// <summary>What is wrong in the folder's files.</summary>
    public IReadOnlyList<YamlProblem> Problems => [.. problems.Select(pair => pair.Problem), .. furtherProblems];

    /// <summary>Scenarios of the folder that stand in the place of the library's, by name.</summary>
    public IReadOnlyList<OverriddenScenario> Overridden => [.. overridden.OrderBy(pair => pair.Own.Name, StringComparer.Ordinal)];

    /// <summary>Loads every .yaml and .yml file below a folder, hidden ones left out, and what is taken of the library. Does not throw for what is wrong in them.</summary>
    /// <param name="rules">How they are read; freely by default.</param>
    /// <param name="library">Scenarios beside those of the folder; none by default.</param>
    /// <param name="further">Scenarios that no file holds; none by default.</param>
    /// <exception cref="ScenarioException">There is no such folder, and nothing is taken from elsewhere.</exception>
    public static ScenarioCatalog Discover(string root, LoadingRules? rules = null, ScenarioLibrary? library = null, FurtherScenarios? further = null)
    {
        library ??= ScenarioLibrary.None;
        further ??= FurtherScenarios.None;
        if (!Directory.Exists(root) && library.Taken is [] && further.Scenarios is [])
            throw new ScenarioException($"there is no folder {root}; name the folder that holds the scenarios");
        var catalog = new ScenarioCatalog(root, rules ?? LoadingRules.None);
        // A large gate has thousands of files, which know nothing of each other but their parents: all processors read them. They are taken in order, whoever was read first.
        var files = (Directory.Exists(root) ? FilesBelow(root) : []).AsParallel().AsOrdered().Select(catalog.Read).AsSequential();
        foreach (var file in files)
            catalog.Add(file);
        catalog.Take(library);
        catalog.furtherProblems.AddRange(further.Problems);
        foreach (var scenario in further.Scenarios)
            catalog.Add(scenario, scenario.Path);
        return catalog;
    }

    /// <summary>The cases that a selection means, ordered by scenario name.</summary>
    /// <exception cref="ScenarioException">
    /// A part of the selection matches nothing, or a file that may belong to it is invalid: with files alone those are the problems of these files,
    /// otherwise of all.
    /// </exception>
    public IReadOnlyList<ScenarioCase> Select(ScenarioSelection selection)
    {
        var paths = selection.Names.Where(IsPath).ToArray();
        var files = paths.ToDictionary(path => path, Files);
        ThrowProblems(paths.Length > 0 && paths.Length == selection.Names.Count ? [.. files.Values.SelectMany(list => list)] : null);
        List<Func<ScenarioCase, bool>> filters = [.. selection.Names.Select(name => files.TryGetValue(name, out var list) ? InFiles(list) : Named(name))];
        bool Chosen(ScenarioCase one) => (filters.Count == 0 || filters.Any(filter => filter(one))) && !LeftOut(one.Scenario, selection);
        var scenarios = Tagged(selection.Tags).Where(scenario => scenario.Expand().Any(Chosen)).ToArray();
        ScenarioCase[] cases = [.. Expand(scenarios, selection.Settings).Where(Chosen)];
        if (cases is [])
            throw new ScenarioException(ExplainEmpty(selection));
        ThrowUnused(selection.Settings, cases);
        return cases;
    }

    /// <summary>An external test may ask to be left out unless it is meant: by its tag, or by its very name.</summary>
    private static bool LeftOut(Scenario scenario, ScenarioSelection selection) =>
        scenario.External?.RequiredTag is { } tag && !selection.All && !selection.Tags.Contains(tag) && !selection.Names.Contains(scenario.Name);

    private LoadedFile Read(string file)
    {
        var full = Path.GetFullPath(file);
        List<YamlProblem> found = [];
        var inside = full.StartsWith(Path.GetFullPath(root) + '/', StringComparison.Ordinal);
        // A file of somebody's own, elsewhere, may name what it likes.
        var scenario = inside ? ScenarioFile.TryLoad(ShownPath.Of(full), root, noParents, found) : ScenarioFile.TryLoad(ShownPath.Of(full), null, found, rules with { Portable = false });
        return new(full, scenario, found);
    }

    private void Add(LoadedFile file)
    {
        var (full, scenario, found) = file;
        problems.AddRange(found.Select(problem => (full, problem)));
        if (scenario is not null)
            Add(scenario, full);
    }

    private void Add(Scenario scenario, string full)
    {
        if (!byName.TryAdd(scenario.Name, scenario))
            problems.Add((full, new(scenario.NameLocation, $"duplicate scenario '{scenario.Name}' (first in {ShownPath.Of(byName[scenario.Name].Path)})")));
        else
            byFile[full] = scenario;
    }

    private void Take(ScenarioLibrary library)
    {
        List<YamlProblem> found = [];
        foreach (var file in library.Files(found))
            if (ScenarioFile.TryLoad(file, library.Folder, noParents, found) is not { } scenario)
                continue;
            else if (byName.TryGetValue(scenario.Name, out var own))
                overridden.Add(new(own, library.Shown(file)));
            else
                byName[scenario.Name] = byFile[file] = scenario with { LibraryPath = library.Shown(file) };
        problems.AddRange(found.Select(problem => (Path.GetFullPath(problem.Location.Path), problem)));
    }

    internal static string[] FilesBelow(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true })
            .Where(file => Path.GetExtension(file) is ".yaml" or ".yml" && !Path.GetRelativePath(folder, file).Split('/').Any(part => part.StartsWith('.')))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>A bare word is a folder only where it is no scenario's name.</summary>
    private bool IsPath(string name) =>
        name.Contains('/', StringComparison.Ordinal) || Path.GetExtension(name) is ".yaml" or ".yml" || (Directory.Exists(name) && CasesOf(name) is null);

    /// <summary>Absolute paths of the scenario files that a path means; files outside the catalog's folder are loaded.</summary>
    private string[] Files(string path)
    {
        string[] files = Directory.Exists(path) ? FilesBelow(path) : File.Exists(path) ? [path] : [.. byFile.Values.Where(scenario => scenario.LibraryPath == path).Select(scenario => scenario.Path)];
        if (files is [])
            throw new ScenarioException($"there is no scenario at {path}{Spelling.Hint(ShownPath.Of(Path.GetFullPath(path)), byFile.Keys.Select(ShownPath.Of))}");
        foreach (var file in files)
            if (!byFile.ContainsKey(Path.GetFullPath(file)) && !problems.Any(problem => problem.File == Path.GetFullPath(file)))
                Add(Read(file));
        return [.. files.Select(Path.GetFullPath)];
    }

    private static Func<ScenarioCase, bool> InFiles(string[] files) => one => files.Contains(one.Scenario.Path);

    private Func<ScenarioCase, bool> Named(string name) =>
        CasesOf(name) ?? throw new ScenarioException(
            $"no scenario is called '{name}'{Spelling.Hint(name, [.. byFile.Values.Select(scenario => scenario.Name), .. Cases().Select(one => one.Id)])}; 'kola list' shows them all");

    /// <summary>Which cases a name means; <see langword="null"/>: none.</summary>
    private Func<ScenarioCase, bool>? CasesOf(string name)
    {
        var all = Cases();
        Func<ScenarioCase, bool>[] ways =
        [
            one => one.Id == name,
            one => one.Scenario.Name == name,
            one => one.Scenario.Name.StartsWith(name + '.', StringComparison.Ordinal),
            one => name.Contains('*', StringComparison.Ordinal) && FileSystemName.MatchesSimpleExpression(name, one.Scenario.Name, ignoreCase: false),
        ];
        return ways.FirstOrDefault(way => all.Any(way));
    }

    private ScenarioCase[] Cases() => [.. byFile.Values.SelectMany(scenario => scenario.Expand())];

    private IReadOnlyList<Scenario> Tagged(IReadOnlyList<string> tags)
    {
        string[] known = [.. byFile.Values.SelectMany(scenario => scenario.Tags).Distinct()];
        if (tags.FirstOrDefault(tag => !known.Contains(tag)) is { } unknown)
            throw new ScenarioException($"no scenario has the tag '{unknown}'; expected one of {string.Join(", ", known.Order(StringComparer.Ordinal))}{Spelling.Hint(unknown, known)}");
        return [.. Scenarios.Where(scenario => tags.Count == 0 || scenario.Tags.Intersect(tags).Any())];
    }

    private static IEnumerable<ScenarioCase> Expand(IEnumerable<Scenario> scenarios, IReadOnlyDictionary<string, string> settings) =>
        scenarios.SelectMany(scenario => scenario.Expand(settings
            .Where(setting => scenario.Parameters.ContainsKey(setting.Key) || scenario.Matrix.ContainsKey(setting.Key)).ToDictionary()));

    private static void ThrowUnused(IReadOnlyDictionary<string, string> settings, IReadOnlyList<ScenarioCase> cases)
    {
        string[] known = [.. cases.SelectMany(one => one.Scenario.Parameters.Keys.Concat(one.Scenario.Matrix.Keys)).Distinct()];
        if (settings.Keys.FirstOrDefault(name => !known.Contains(name)) is { } unused)
            throw new ScenarioException($"no selected scenario has a parameter '{unused}'; expected {(known is [] ? "none, they have no parameters" : $"one of {string.Join(", ", known)}")}{Spelling.Hint(unused, known)}");
    }

    private void ThrowProblems(string[]? files)
    {
        YamlProblem[] relevant = [.. problems.Where(pair => files is null || files.Contains(pair.File)).Select(pair => pair.Problem), .. furtherProblems];
        if (relevant is not [])
            throw new ScenarioException(relevant);
    }

    private string ExplainEmpty(ScenarioSelection selection)
    {
        if (byFile.Count == 0)
            return $"there are no scenarios in {root}; add a .yaml file";
        var settings = string.Join(", ", selection.Settings.Select(pair => $"{pair.Key}={pair.Value}"));
        return $"nothing is selected: no case of {Quoted(selection.Names)}"
            + (selection.Tags is [] ? "" : $" has a tag of {Quoted(selection.Tags)}")
            + (settings.Length == 0 ? "" : $" exists with {settings}") + "; select less narrowly";
    }

    private static string Quoted(IReadOnlyList<string> names) => names is [] ? "all scenarios" : string.Join(", ", names.Select(name => $"'{name}'"));

    private sealed record LoadedFile(string Full, Scenario? Scenario, IReadOnlyList<YamlProblem> Problems);
}
