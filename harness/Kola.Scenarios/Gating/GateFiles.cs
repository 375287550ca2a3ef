using System.Security.Cryptography;
using Kola.Results.Gate;
using Kola.Scenarios.Model;
using Kola.Scenarios.Model.Shapes;
using Kola.Scenarios.Model.Yaml;

namespace Kola.Scenarios.Gating;

/// <summary>Reads the gate's two files, by the same means as scenario files.</summary>
public sealed record GateFiles
{
    /// <summary>Path of the policy, from the checkout's root.</summary>
    public const string PolicyPath = "ci/gate.yaml";

    /// <summary>Path of the quarantine, from the checkout's root. It may be absent: nothing is exempt then.</summary>
    public const string QuarantinePath = "ci/quarantine.yaml";

    public required GatePolicy Policy { get; init; }

    public IReadOnlyList<QuarantineEntry> Quarantine { get; init; } = [];

    /// <summary>Digest of the quarantine file, lower-case hexadecimal; <see langword="null"/> when there is none.</summary>
    public string? QuarantineSha256 { get; init; }

    /// <exception cref="ScenarioException">With every problem of both files.</exception>
    public static GateFiles Load(string policy, string quarantine)
    {
        List<ScenarioProblem> problems = [];
        return TryLoad(policy, quarantine, problems) ?? throw new ScenarioException(problems);
    }

    /// <summary>As <see cref="Load"/>, but adds problems to a collection.</summary>
    /// <returns><see langword="null"/> exactly when a problem was added.</returns>
    public static GateFiles? TryLoad(string policy, string quarantine, ICollection<ScenarioProblem> problems)
    {
        var before = problems.Count;
        var rules = Read<GatePolicyDefinition>(policy, ShapeFactory.Gate, problems);
        var exempt = File.Exists(quarantine) ? Read<QuarantineDefinition>(quarantine, ShapeFactory.Quarantine, problems) : null;
        if (problems.Count > before || rules is not { } read)
            return null;
        return new() { Policy = ToPolicy(read.Document, read.Sha256), Quarantine = [.. exempt?.Document.Quarantine.Select(ToEntry) ?? []], QuarantineSha256 = exempt?.Sha256 };
    }

    private static (T Document, string Sha256)? Read<T>(string path, RecordLayout layout, ICollection<ScenarioProblem> problems)
        where T : class
    {
        List<ScenarioProblem> found = [];
        var bytes = ScenarioFile.ReadBytes(path, found);
        var node = bytes is null ? null : YamlReader.Read(path, bytes, found, Expected(layout));
        object? bound = null;
        if (node is YamlMapping tree)
            layout.TryBind(tree, new(path, Path.GetDirectoryName(Path.GetFullPath(path))!, found), out bound);
        else if (node is not null)
            found.Add(new(node.Location, $"got {node.Noun}; expected {Expected(layout)}"));
        foreach (var problem in found.Distinct().OrderBy(problem => problem.Location.Line).ThenBy(problem => problem.Location.Column))
            problems.Add(problem);
        return found is [] && bound is T document ? (document, Convert.ToHexStringLower(SHA256.HashData(bytes!))) : null;
    }

    private static string Expected(RecordLayout layout) => $"a mapping of {string.Join(", ", layout.All.Select(field => field.Key))}";

    private static GatePolicy ToPolicy(GatePolicyDefinition document, string sha256) => new()
    {
        Required = [.. document.Required.Select(ToRule)],
        Advisory = [.. document.Advisory.Select(ToRule)],
        Retries = document.Retries,
        FlakyBlocks = document.Flaky == FlakyTreatment.Block,
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
