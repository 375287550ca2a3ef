namespace Kola.Yaml.Values;

/// <summary>How a value is written in a file.</summary>
/// <param name="Expected">In words: "a size such as 512MiB".</param>
/// <param name="Pattern">Anchored expression of the ECMA-262 subset that JSON Schema knows; <see langword="null"/>: any text that is not empty.</param>
public sealed record WrittenForm(string Expected, string? Pattern)
{
    /// <summary>Numbers that editors see where the text is written without quotes.</summary>
    public (int Least, int Most)? AlsoNumber { get; init; }
}
