using Kola.Results.Gate;
using Kola.Scenarios.Model;
using Kola.Yaml;
using Kola.Yaml.Files;

namespace Kola.Scenarios.Gating;

/// <summary>Reads the gate's two files, by the same means as scenario files.</summary>
public sealed record GateFiles
{
    /// <summary>Path of the policy, from the checkout's root.</summary>
    public const string PolicyPath = GatePolicy.UsualName;

    /// <summary>Path of the quarantine, from the checkout's root. It may be absent: nothing is exempt then.</summary>
    public const string QuarantinePath = "ci/quarantine.yaml";

    public required GatePolicy Policy { get; init; }

    public IReadOnlyList<QuarantineEntry> Quarantine { get; init; } = [];

    /// <summary>What the policy takes of Kola's scenario library.</summary>
    public IReadOnlyList<LibraryEntry> Library { get; init; } = [];

    /// <summary>Digest of the quarantine file, lower-case hexadecimal; <see langword="null"/> when there is none.</summary>
    public string? QuarantineSha256 { get; init; }

    /// <exception cref="ScenarioException">With every problem of both files.</exception>
    public static GateFiles Load(string policy, string quarantine)
    {
        List<YamlProblem> problems = [];
        return TryLoad(policy, quarantine, problems) ?? throw new ScenarioException(problems);
    }

    /// <summary>As <see cref="Load"/>, but adds problems to a collection.</summary>
    /// <returns><see langword="null"/> exactly when a problem was added.</returns>
    public static GateFiles? TryLoad(string policy, string quarantine, ICollection<YamlProblem> problems)
    {
        var before = problems.Count;
        var rules = YamlDocument.Read<GatePolicyDefinition>(policy, "a gate policy", problems);
        var exempt = File.Exists(quarantine) ? YamlDocument.Read<QuarantineDefinition>(quarantine, "a quarantine", problems) : null;
        if (problems.Count > before || rules is null)
            return null;
        return new() { Policy = ToPolicy(rules.Content, rules.Sha256) with { Name = Path.GetFullPath(policy).EndsWith($"/{PolicyPath}", StringComparison.Ordinal) ? PolicyPath : Path.GetFileName(policy) }, Library = LibraryChoice.Of(policy), Quarantine = [.. exempt?.Content.Quarantine.Select(ToEntry) ?? []], QuarantineSha256 = exempt?.Sha256 };
    }

    private static GatePolicy ToPolicy(GatePolicyDefinition document, string sha256) => new()
    {
        Required = [.. document.Required.Select(ToRule)],
        Core = [.. document.Core.Select(ToRule)],
        Advisory = [.. document.Advisory.Select(ToRule)],
        Capabilities = [.. document.Capabilities.Select(capability => capability.Word())],
        Retries = document.Retries,
        FlakyBlocks = document.Flaky == FlakyTreatment.Block,
        MinSweptPercent = document.MinSweptPercent,
        MaxAge = TimeSpan.FromDays(document.MaxAgeDays),
        MaxDuration = document.MaxDuration,
        MaxQuarantine = TimeSpan.FromDays(document.MaxQuarantineDays),
        Sha256 = sha256,
    };

    private static GateRule ToRule(GateRuleDefinition rule) => new()
    {
        Place = rule.Location.ToString(),
        Scenarios = rule.Scenarios,
        Tags = rule.Tags,
        Paths = rule.Paths,
        Images = rule.Images,
        Matrix = rule.Matrix,
    };

    private static QuarantineEntry ToEntry(QuarantineEntryDefinition entry) => new()
    {
        Scenario = entry.Scenario,
        Reason = entry.Reason,
        Tracker = entry.Tracker,
        Owner = entry.Owner,
        From = entry.From,
        Until = entry.Until,
        Place = entry.Location.ToString(),
    };
}
