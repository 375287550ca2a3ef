using System.ComponentModel;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Steps.Guest;

/// <summary>
/// Writes data that must outlive whatever comes, or looks whether it has. What was written is looked at by itself, too, when the scenario ends and the machine is up.
/// </summary>
[Keyword("canary", Value = nameof(Do)), Description("Write data that must outlive whatever comes (it is looked at again at the scenario's end), or look at it now.")]
public sealed record CanaryStep : Step
{
    [Description("write: new data, on the disk when the step ends; verify: it is as it was written.")]
    public required CanaryAction Do { get; init; }

    [Description("Folder of its own for the data, absolute."), Format("^/.", "an absolute path")]
    public string Path { get; init; } = "/var/lib/kola-canary";

    [Description("How much data, at least 64KiB.")]
    public Size Size { get; init; } = new(1 << 20);

    private protected override string Describe() => $"{Do.ToString().ToLowerInvariant()} {Path}";
}

public enum CanaryAction { Write, Verify }
