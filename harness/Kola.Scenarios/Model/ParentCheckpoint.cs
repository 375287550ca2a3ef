using System.ComponentModel;
using Kola.Yaml;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Model;

/// <summary>A moment of another scenario that a scenario goes on from.</summary>
public sealed record ParentCheckpoint
{
    [Description("The other scenario's file, relative to this one. It has no matrix; its parameters have their defaults."), FilePath, Example("reboot-keeps-state.yaml")]
    public required string Scenario { get; init; }

    [Description("One of its checkpoints."), Example("canary-written")]
    public required string Checkpoint { get; init; }

    [Unwritten]
    public SourceLocation Location { get; init; }

    /// <summary>Never <see langword="null"/> after loading.</summary>
    [Unwritten]
    public ScenarioCase Parent { get; init; } = null!;
}
