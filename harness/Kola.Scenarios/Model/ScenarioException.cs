using Kola.Machines;
using Kola.Yaml;

namespace Kola.Scenarios.Model;

/// <summary>Scenario files, or a selection of them, are wrong: a usage error. All problems are told at once.</summary>
public sealed class ScenarioException : InputException
{
    public ScenarioException(IReadOnlyList<YamlProblem> problems)
        : base(string.Join('\n', problems)) => Problems = problems;

    /// <summary>A problem that stands in no file (a selection that matches nothing, an unknown setting).</summary>
    public ScenarioException(string message)
        : base(message) => Problems = [];

    public IReadOnlyList<YamlProblem> Problems { get; }
}
