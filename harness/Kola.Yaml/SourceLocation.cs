namespace Kola.Yaml;

/// <summary>A place in a file that a person wrote.</summary>
/// <param name="Path">Path as it was given to the loader.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in characters.</param>
public readonly record struct SourceLocation(string Path, int Line, int Column)
{
    public override string ToString() => $"{Path}:{Line}:{Column}";
}
