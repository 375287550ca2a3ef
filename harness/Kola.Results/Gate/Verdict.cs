using System.Text.Json.Serialization;
using Kola.Results.Events;

namespace Kola.Results.Gate;

/// <summary>What the gate concludes of a release, or of one scenario.</summary>
public enum GateResult
{
    /// <summary>It is proven: passed at the first attempt.</summary>
    [JsonStringEnumMemberName("passed")] Passed,

    /// <summary>Passed, but only when it was tried again.</summary>
    [JsonStringEnumMemberName("flaky")] Flaky,

    /// <summary>The product did not do what was asked for.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>Nothing is known: not tried, not finished, the host stood in the way, or the record cannot be believed.</summary>
    [JsonStringEnumMemberName("not-proven")] NotProven,

    /// <summary>The scenario needs a capability that the candidate does not declare. Shown and counted, never a pass.</summary>
    [JsonStringEnumMemberName("not-applicable")] NotApplicable,
}

/// <summary>What the policy makes of all attempts.</summary>
public sealed record Verdict
{
    /// <summary><see cref="GateResult.Passed"/>, <see cref="GateResult.Failed"/> or <see cref="GateResult.NotProven"/>.</summary>
    public required GateResult Result { get; init; }

    /// <summary>What blocks that is about no single scenario: runs, policy, quarantine. Each a sentence with its remedy.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>Every scenario that the policy lists or that ran, by id.</summary>
    public required IReadOnlyList<ScenarioVerdict> Scenarios { get; init; }

    /// <summary>When it was judged.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>What became of one scenario.</summary>
public sealed record ScenarioVerdict
{
    public required string Id { get; init; }

    public required GateRole Role { get; init; }

    /// <summary>The name in records is that of their first version.</summary>
    [JsonPropertyName("standing")]
    public required GateResult Result { get; init; }

    /// <summary>Whether the artifact may not ship because of it.</summary>
    public required bool Blocks { get; init; }

    /// <summary>Why it is not simply passed; <see langword="null"/> when it is.</summary>
    public string? Reason { get; init; }

    /// <summary>The exemption that is in force for it.</summary>
    public QuarantineEntry? Quarantine { get; init; }

    /// <summary>Whether it passed at the first attempt though it is exempt: the exemption can go.</summary>
    [JsonIgnore]
    public bool PassesAgain => Quarantine is not null && Result is GateResult.Passed;

    /// <summary>Which release or image stood behind each name that the scenario uses, by digest: a role such as <c>candidate</c>, or an image's own name.</summary>
    public IReadOnlyList<PlannedImage> Images { get; init; } = [];

    /// <summary>Every attempt of every run, in order; none is ever left out.</summary>
    public required IReadOnlyList<JudgedAttempt> Attempts { get; init; }
}

/// <summary>An attempt as it stands in a log.</summary>
/// <param name="Run">The run's name.</param>
/// <param name="Number">From 1 within its run.</param>
/// <param name="Outcome"><see langword="null"/>: it never finished.</param>
/// <param name="Starved">Share of the time (0 to 1) in which its host kept a machine from running; <see langword="null"/>: not measured.</param>
public sealed record JudgedAttempt(string Run, int Number, Outcome? Outcome, double Seconds = 0, string? Reason = null, string? Reproduce = null, double? Starved = null);
