namespace Kola.Yaml;

/// <summary>One thing that is wrong in a file.</summary>
/// <param name="Message">What is wrong; what was expected; the nearest spelling.</param>
public sealed record YamlProblem(SourceLocation Location, string Message)
{
    public override string ToString() => $"{Location}: {Message}";
}
