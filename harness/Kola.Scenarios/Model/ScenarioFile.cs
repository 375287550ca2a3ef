using Kola.Yaml;
using Kola.Yaml.Files;

namespace Kola.Scenarios.Model;

/// <summary>Reads scenario files.</summary>
public static class ScenarioFile
{
    /// <summary>Reads and checks one file, at every point of its matrix.</summary>
    /// <param name="path">The file.</param>
    /// <param name="root">Folder that files named by the scenario must lie in; the file's own folder by default.</param>
    /// <exception cref="ScenarioException">With every problem of the file.</exception>
    /// <param name="rules">How it is read; freely by default.</param>
    public static Scenario Load(string path, string? root = null, LoadingRules? rules = null)
    {
        List<YamlProblem> problems = [];
        return TryLoad(path, root, problems, rules) ?? throw new ScenarioException(problems);
    }

    /// <summary>As <see cref="Load"/>, but adds problems to a collection and goes on.</summary>
    /// <returns><see langword="null"/> exactly when a problem was added.</returns>
    public static Scenario? TryLoad(string path, string? root, ICollection<YamlProblem> problems, LoadingRules? rules = null) =>
        TryLoad(path, root, new ParentFiles(rules ?? LoadingRules.None), problems);

    /// <param name="parents">The files that go on from this one.</param>
    internal static Scenario? TryLoad(string path, string? root, ParentFiles parents, ICollection<YamlProblem> problems)
    {
        List<YamlProblem> found = [];
        var scenario = Read(path, root ?? Path.GetDirectoryName(Path.GetFullPath(path))!, parents, found);
        foreach (var problem in YamlFile.InOrder(path, found))
            problems.Add(problem);
        return found is [] ? scenario : null;
    }

    private static Scenario? Read(string path, string root, ParentFiles parents, List<YamlProblem> problems)
    {
        if (YamlFile.Read(path, "a scenario", ScenarioDocument.Layout, problems) is not { } file)
            return null;
        var source = new ScenarioSource(path, root, file.Tree, parents.To(Path.GetFullPath(path)));
        var variables = VariableTable.Read(file.Tree, parents.Rules.Roles, new(path, root, problems));
        List<BoundPoint> bound = [];
        foreach (var point in variables.Points())
            if (source.Bind(variables, point, problems) is { } document)
                bound.Add(new(point, document));
        return bound is not [.., { Document: var last }] ? null : new(source, variables, bound)
        {
            Name = last.Scenario,
            Summary = last.Summary,
            Tags = last.Tags,
            Path = Path.GetFullPath(path),
            Sha256 = file.Sha256,
        };
    }
}
