using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Kola.Machines.Offline;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Model.Values;

/// <summary>What a release's boot entry must be. All that is given must hold.</summary>
[NotEmpty]
public sealed record EntryExpectation
{
    [Description("good: its boots are not counted. trial: they are."), Shorthand]
    public EntryState? State { get; init; }

    [Description("Boots it may still be tried."), Range(0, 100)]
    public int? TriesLeft { get; init; }

    [Description("Boots it was tried."), Range(0, 100)]
    public int? TriesDone { get; init; }

    /// <summary>Why the entry is not what is expected, or <see langword="null"/> when it is.</summary>
    public string? Check(BootEntry entry)
    {
        var holds = (State is null || State == (entry.Tries is null ? EntryState.Good : EntryState.Trial))
            && (TriesLeft is null || TriesLeft == entry.Tries?.Left)
            && (TriesDone is null || TriesDone == entry.Tries?.Done);
        return holds ? null : $"expected {this}, got {entry.Tries?.ToString() ?? "good"} ({entry.Path})";
    }

    public override string ToString()
    {
        string?[] parts = [State?.ToString().ToLowerInvariant(), TriesLeft is null ? null : $"{TriesLeft} left", TriesDone is null ? null : $"{TriesDone} done"];
        return string.Join(", ", parts.OfType<string>());
    }
}

public enum EntryState { Good, Trial }
