using System.Text.Json.Serialization;

namespace Kola.Results.Gate;

/// <summary>A dated exemption of <c>ci/quarantine.yaml</c>: while it is in force, the scenario runs and is reported, and its failure does not block.</summary>
public sealed record QuarantineEntry
{
    /// <summary>As in <see cref="GateRule.Scenarios"/>.</summary>
    public required string Scenario { get; init; }

    public required string Reason { get; init; }

    /// <summary>Link to where the defect is tracked.</summary>
    public required string Tracker { get; init; }

    public required string Owner { get; init; }

    /// <summary>First day.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day.</summary>
    public required DateOnly Until { get; init; }

    /// <summary>Where it is written, for messages: <c>path:line:column</c>.</summary>
    public string Place { get; init; } = "";

    /// <summary>What to do about an entry whose scenario passes, as a sentence.</summary>
    [JsonIgnore]
    public string PassesAgain => $"passes again, though in quarantine until {Day(Until)} ({Owner}, {Tracker}); remove the entry{(Place.Length > 0 ? $" at {Place}" : "")}";

    public bool InForce(DateOnly today) => From <= today && today <= Until;

    /// <summary>Why the entry itself blocks, or <see langword="null"/>.</summary>
    public string? Objection(DateOnly today, TimeSpan longest) =>
        Until < From ? $"ends on {Day(Until)}, before it starts on {Day(From)}; fix the dates"
        : Until < today ? $"expired on {Day(Until)}; fix the scenario and remove the entry, or ask {Owner} to renew it ({Tracker})"
        : Until.DayNumber - From.DayNumber > longest.TotalDays ? $"lasts {Until.DayNumber - From.DayNumber} days, and the policy allows {longest.TotalDays:0}; shorten it"
        : null;

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd");
}
