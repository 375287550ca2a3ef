using System.Text.Json.Serialization;

namespace Kola.Results.Gate;

/// <summary>What must be proven before an artifact may ship: <c>ci/gate.yaml</c>, read and checked.</summary>
public sealed record GatePolicy
{
    /// <summary>Clocks of two machines may differ by this much.</summary>
    internal static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    /// <summary>Where a project has it.</summary>
    public const string UsualName = "ci/gate.yaml";

    /// <summary>As records name it: <see cref="UsualName"/>, or the name of another file without its folder, which is no business of whoever verifies.</summary>
    public string Name { get; init; } = UsualName;

    /// <summary>Whatever one of these selects must pass.</summary>
    public required IReadOnlyList<GateRule> Required { get; init; }

    /// <summary>What the tier <see cref="GateTier.Core"/> takes of <see cref="Required"/>: whatever one of these selects, too. Empty: there is no such tier.</summary>
    public IReadOnlyList<GateRule> Core { get; init; } = [];

    /// <summary>Which tier is judged.</summary>
    public GateTier Tier { get; init; }

    /// <summary>Whatever one of these selects, and none of <see cref="Required"/>, runs and is reported, and blocks nothing.</summary>
    public IReadOnlyList<GateRule> Advisory { get; init; } = [];

    /// <summary>What the product must be able to do: a candidate that declares less is blocked, so that nobody shrinks the gate by a word less in its catalog entry.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>Further attempts of a scenario that did not pass.</summary>
    public int Retries { get; init; }

    /// <summary>Whether a required scenario that passed only when it was tried again blocks.</summary>
    public bool FlakyBlocks { get; init; } = true;

    /// <summary>Of the classes of states that a sweep found, how many percent must have been booted.</summary>
    public int MinSweptPercent { get; init; }

    /// <summary>How old a run may be when it is judged, and a record when it is verified.</summary>
    public required TimeSpan MaxAge { get; init; }

    /// <summary>How long a run may take from its first record to its last.</summary>
    public required TimeSpan MaxDuration { get; init; }

    /// <summary>How long a quarantine may last.</summary>
    public required TimeSpan MaxQuarantine { get; init; }

    /// <summary>Digest of the file, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    public GateRole RoleOf(ExpectedScenario scenario) =>
        Tier is GateTier.Core && !Core.Any(rule => rule.Selects(scenario)) ? GateRole.Unlisted
        : Required.Any(rule => rule.Selects(scenario)) ? GateRole.Required
        : Advisory.Any(rule => rule.Selects(scenario)) ? GateRole.Advisory
        : GateRole.Unlisted;
}

/// <summary>How much of a policy is judged.</summary>
public enum GateTier
{
    /// <summary>All that it requires: what a release needs to ship.</summary>
    [JsonStringEnumMemberName("full")] Full,

    /// <summary>One scenario of each promise: a first answer, soon.</summary>
    [JsonStringEnumMemberName("core")] Core,
}

/// <summary>What the policy makes of a scenario.</summary>
public enum GateRole
{
    /// <summary>It must pass.</summary>
    [JsonStringEnumMemberName("required")] Required,

    /// <summary>It is run and reported, and blocks nothing.</summary>
    [JsonStringEnumMemberName("advisory")] Advisory,

    /// <summary>The policy does not speak of it.</summary>
    [JsonStringEnumMemberName("unlisted")] Unlisted,
}
