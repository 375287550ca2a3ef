using Kola.Machines;

namespace Kola.Scenarios.Model;

/// <summary>One thing that is wrong in a scenario file.</summary>
/// <param name="Message">What is wrong; what was expected; the nearest spelling.</param>
public sealed record ScenarioProblem(SourceLocation Location, string Message)
{
    public override string ToString() => $"{Location}: {Message}";
}

/// <summary>Scenario files, or a selection of them, are wrong: a usage error. All problems are told at once.</summary>
public sealed class ScenarioException : InputException
{
    public ScenarioException(IReadOnlyList<ScenarioProblem> problems)
        : base(string.Join('\n', problems)) => Problems = problems;

    /// <summary>A problem that stands in no file (a selection that matches nothing, an unknown setting).</summary>
    public ScenarioException(string message)
        : base(message) => Problems = [];

    public IReadOnlyList<ScenarioProblem> Problems { get; }
}
