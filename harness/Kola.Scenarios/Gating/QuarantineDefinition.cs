using System.ComponentModel;
using Kola.Yaml;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Gating;

/// <summary><c>ci/quarantine.yaml</c> as it is written.</summary>
public sealed record QuarantineDefinition
{
    [Description("Scenarios whose failure does not block for a time. They still run and are reported. An entry that has expired blocks.")]
    public required IReadOnlyList<QuarantineEntryDefinition> Quarantine { get; init; }
}

/// <summary>One exemption.</summary>
public sealed record QuarantineEntryDefinition
{
    [Description("Name, group, pattern or case."), Example("boot.uefi[tpm=true]")]
    public required string Scenario { get; init; }

    [Description("Why it may fail for now."), Format(@"^[^\n]*\S[^\n]*$", "one sentence on one line", Literal = true)]
    public required string Reason { get; init; }

    [Description("Where the defect is tracked."), Format("^https?://[^ ]+$", "a link such as https://tracker.example/123", Literal = true)]
    public required string Tracker { get; init; }

    [Description("Who sees to it that it ends."), Format(@"^[^\n]*\S[^\n]*$", "a name on one line", Literal = true)]
    public required string Owner { get; init; }

    [Description("First day."), Example("2026-01-31")]
    public required DateOnly From { get; init; }

    [Description("Last day."), Example("2026-02-14")]
    public required DateOnly Until { get; init; }

    [Unwritten]
    public SourceLocation Location { get; init; }
}
