using System.Collections.Concurrent;
using Kola.Yaml;

namespace Kola.Scenarios.Model;

/// <summary>The files that lead to one by <c>from</c>. A file that several go on from is read once: each point of each child's matrix asks for it. Files may be read at the same time.</summary>
internal sealed class ParentFiles
{
    private readonly IReadOnlyList<string> files;
    private readonly ConcurrentDictionary<(string Path, string Root), Scenario> loaded;

    /// <summary>Of a file that nothing goes on from; what is loaded is shared by all that this one leads to.</summary>
    /// <param name="rules">How all these files are read.</param>
    public ParentFiles(LoadingRules rules)
        : this([], [], rules)
    {
    }

    private ParentFiles(IReadOnlyList<string> files, ConcurrentDictionary<(string Path, string Root), Scenario> loaded, LoadingRules rules) => (this.files, this.loaded, Rules) = (files, loaded, rules);

    public LoadingRules Rules { get; }

    /// <param name="path">Absolute.</param>
    public bool Contains(string path) => files.Contains(path);

    /// <param name="path">Absolute.</param>
    public ParentFiles To(string path) => new([.. files, path], loaded, Rules);

    /// <summary>As <see cref="ScenarioFile.TryLoad(string, string?, ICollection{YamlProblem}, LoadingRules?)"/>.</summary>
    /// <param name="path">Absolute.</param>
    public Scenario? TryLoad(string path, string root, ICollection<YamlProblem> problems)
    {
        // Only valid ones are kept: whether a file leads back to itself, and with that every problem, depends on the way here.
        if (!loaded.TryGetValue((path, root), out var scenario) && ScenarioFile.TryLoad(path, root, this, problems) is { } fresh)
            loaded[(path, root)] = scenario = fresh;
        return scenario;
    }
}
