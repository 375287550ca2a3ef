using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Kola.Machines.Capabilities;
using Kola.Yaml;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Gating;

/// <summary><c>ci/gate.yaml</c> as it is written.</summary>
public sealed record GatePolicyDefinition
{
    [Description("What must pass. An entry selects the scenarios for which each of its lists has an entry that fits."), NotEmpty, Example("[{ tags: [release] }]")]
    public required IReadOnlyList<GateRuleDefinition> Required { get; init; }

    [Description("Scenarios that the project takes from Kola's own library, beside its own below scenarios/: names, groups or patterns. Their paths begin with 'library/'; a scenario of the project with the same name takes the place of the library's."), NotEmpty, Example("[rollback/*, update/n1-to-n]")]
    [Format("^[a-z*][a-z0-9*./-]*$", "scenarios of the library such as rollback/* or update/n1-to-n", Literal = true)]
    public IReadOnlyList<string> Library { get; init; } = [];

    [Description("The tier core: what of 'required' is judged for a first, quick answer (kola gate --tier core). Default: there is no such tier."), NotEmpty, Example("[{ tags: [ci] }]")]
    public IReadOnlyList<GateRuleDefinition> Core { get; init; } = [];

    [Description("What runs and is reported, and blocks nothing, unless 'required' selects it, too.")]
    public IReadOnlyList<GateRuleDefinition> Advisory { get; init; } = [];

    [Description("What the product must be able to do. A candidate whose image does not declare one of them is blocked, and so is one that declares what no scenario proved."), Example("[automatic-rollback, signed-updates]")]
    public IReadOnlyList<Capability> Capabilities { get; init; } = [];

    [Description("Further attempts of a scenario that did not pass. Default: 0."), Range(0, 5)]
    public int Retries { get; init; }

    [Description("What becomes of a required scenario that passes only when it is tried again. Default: block.")]
    public FlakyTreatment Flaky { get; init; } = FlakyTreatment.Block;

    [Description("Of the classes of states that a sweep ('sweep') found, how many percent must have been booted; a scenario whose sweep left out more is not proven. Every state is judged by its disk in any case. Default: 0."), Range(0, 100)]
    public int MinSweptPercent { get; init; }

    [Description("How old, in days, a run may be when it is judged, and a record when it is verified. Default: 14."), Range(1, 365)]
    public int MaxAgeDays { get; init; } = 14;

    [Description("How long a run may take. Default: 6h."), Example("2h")]
    public TimeSpan MaxDuration { get; init; } = TimeSpan.FromHours(6);

    [Description("How many days a quarantine may last. Default: 30."), Range(1, 365)]
    public int MaxQuarantineDays { get; init; } = 30;
}

/// <summary>What a pass that needed more than one attempt counts for.</summary>
public enum FlakyTreatment
{
    /// <summary>It blocks.</summary>
    Block,

    /// <summary>It is told, and does not block.</summary>
    Warn,
}

/// <summary>An entry of <c>required</c> or <c>advisory</c>.</summary>
[NotEmpty]
public sealed record GateRuleDefinition
{
    [Description("Names, groups ('boot'), patterns ('boot.*') or cases ('boot.uefi[tpm=true]')."), NotEmpty, Example("[boot.uefi]")]
    public IReadOnlyList<string> Scenarios { get; init; } = [];

    [Description("Scenarios that have one of these tags."), NotEmpty, Example("[release]")]
    public IReadOnlyList<string> Tags { get; init; } = [];

    [Description("Files or folders, from the checkout's root; 'library' for what is taken from the library."), NotEmpty, Example("[scenarios/update]")]
    [Format("^[^/].*$", "a path from the checkout's root such as scenarios/update", Literal = true)]
    public IReadOnlyList<string> Paths { get; init; } = [];

    [Description("Scenarios that boot one of these images."), NotEmpty, Example("[kola-os]")]
    public IReadOnlyList<string> Images { get; init; } = [];

    [Description("Only cases at these points: values by matrix variable."), NotEmpty, Example("{ tpm: [true] }")]
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Matrix { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    [Unwritten]
    public SourceLocation Location { get; init; }
}
