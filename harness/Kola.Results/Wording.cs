using System.Globalization;
using Kola.Results.Events;
using Kola.Results.Gate;

namespace Kola.Results;

/// <summary>How outcomes, times and digests are put for people, in every report and on the terminal alike.</summary>
public static class Wording
{
    public static string Of(Outcome outcome) => outcome switch
    {
        Outcome.Passed => "passed",
        Outcome.Failed => "failed",
        Outcome.Infrastructure => "infrastructure",
        Outcome.NotProven => "not proven",
        Outcome.Interrupted => "interrupted",
    };

    public static string Of(GateResult result) => result switch
    {
        GateResult.Passed => "passed",
        GateResult.Flaky => "flaky",
        GateResult.Failed => "failed",
        GateResult.NotApplicable => "not applicable",
        GateResult.NotProven => "not proven",
    };

    /// <summary>Why an attempt did not pass: the first line has what was expected and seen, who is to blame, where, since when, and the evidence.</summary>
    public static string? Reason(AttemptFinished attempt)
    {
        if (attempt is not { Reason: { } reason, Cause: { } cause })
            return attempt.Reason;
        var end = reason.IndexOf('\n', StringComparison.Ordinal);
        var first = end < 0 ? reason : reason[..end];
        return $"{first} ({Of(cause)}){(end < 0 ? "" : reason[end..])}";
    }

    private static string Of(FailureCause cause) =>
        $"{cause.Blame.ToString().ToLowerInvariant()}; step {cause.Step} '{cause.Title}', since {Seconds(cause.Since)}{(cause.Evidence is null ? "" : $"; see {cause.Evidence}")}";

    /// <summary>Such as <c>4.2 s</c> or <c>12 min 7 s</c>.</summary>
    public static string Seconds(double seconds) =>
        seconds < 100 ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s") : string.Create(CultureInfo.InvariantCulture, $"{(int)seconds / 60} min {(int)seconds % 60} s");

    /// <summary>How a network behaves: <c>node1 | node2 node3</c>, or <c>healed</c>.</summary>
    public static string Conditions(NetworkChanged change) => (change.Partition, change.Faults) switch
    {
        (null, []) => "healed",
        (null, var faults) => string.Join(", ", faults),
        (var sets, var faults) => string.Join(", ", [string.Join(" | ", sets.Select(set => string.Join(' ', set))), .. faults]),
    };

    /// <summary>A digest's first digits: enough to tell two apart at sight.</summary>
    public static string Digest(string digest) => digest[..Math.Min(12, digest.Length)];
}
