using Kola.Machines.Guests;
using Kola.Yaml;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Model.Values;

/// <summary>Why an update is to be refused: a reason, whose words are the guest adapter's, or a pattern of what the update tool prints.</summary>
/// <param name="Reason"><see langword="null"/>: by the pattern.</param>
/// <param name="Text"><see langword="null"/>: by the reason.</param>
public sealed record Refusal(RefusalReason? Reason, Pattern? Text) : IWritten<Refusal>
{
    /// <inheritdoc/>
    public static WrittenForm Form { get; } = new($"one of {string.Join(", ", EnumWords.All<RefusalReason>())}, or a .NET regular expression of what the update tool prints", Pattern: null);

    /// <inheritdoc/>
    public static bool TryParse(string text, out Refusal value)
    {
        value = EnumWords.Parse<RefusalReason>(text) is { } reason ? new(reason, null) : new(null, new Pattern(text));
        return value.Reason is not null || (Explain(text) is null && Pattern.TryParse(text, out _));
    }

    /// <inheritdoc/>
    /// <remarks>A misspelt reason would be a pattern that nothing matches, and be seen only when a machine has run.</remarks>
    public static string? Explain(string text) =>
        EnumWords.Parse<RefusalReason>(text) is null && text.All(c => char.IsAsciiLetterLower(c) || c == '-') && Spelling.Hint(text, EnumWords.All<RefusalReason>()) is { Length: > 0 } hint
            ? $"got '{text}'; expected {Form.Expected}{hint}"
            : Pattern.Explain(text);

    /// <summary>Whether a failed update was refused for this.</summary>
    /// <exception cref="Machines.InputException">The guest's family has no words for the reason.</exception>
    public bool Explains(IUpdatingGuest guest, UpdateReport report) => Reason is { } reason ? guest.Means(report, reason) : Text!.ToRegex().IsMatch(report.Output);

    public override string ToString() => Reason?.Word() ?? $"/{Text}/";
}
