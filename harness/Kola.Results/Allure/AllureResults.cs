using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Kola.Results.Events;
using Kola.Results.Gate;
using Kola.Results.Stories;

namespace Kola.Results.Allure;

/// <summary>Writes a folder of Allure results, which the Allure command line renders.</summary>
public sealed class AllureResults(RunStory story)
{
    /// <summary>Name of the folder within a run's folder.</summary>
    public const string FolderName = "allure-results";

    /// <summary>Larger files stay where they are; the result names their place.</summary>
    private const long MaxAttachment = 16 << 20;

    /// <summary>Of a message, in characters: the page carries them all.</summary>
    internal const int LongestMessage = 64 << 10;

    /// <summary>Exemptions by id of the scenario: their failures are shown as known.</summary>
    public IReadOnlyDictionary<string, QuarantineEntry> Quarantine { get; init; } = new Dictionary<string, QuarantineEntry>();

    /// <summary>The job that made the run, as its system says; see <see cref="BuildJob"/>.</summary>
    public BuildJob? Job { get; init; }

    /// <summary>Writes the folder anew.</summary>
    public void Write(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        foreach (var scenario in story.Scenarios)
        {
            foreach (var attempt in scenario.Attempts)
                WriteResult(folder, scenario, attempt);
            if (scenario.Attempts is [])
                WriteResult(folder, scenario, null);
        }

        File.WriteAllText(Path.Combine(folder, "environment.properties"), AllureSurroundings.Environment(story.Plan));
        WriteJson(Path.Combine(folder, "categories.json"), AllureSurroundings.Categories, AllureJson.Written.IReadOnlyListAllureCategory);
        WriteJson(Path.Combine(folder, "executor.json"), AllureSurroundings.Executor(story.Plan, Job), AllureJson.Written.AllureExecutor);
    }

    /// <param name="attempt"><see langword="null"/>: it was planned and never tried; a report that leaves it out would look better than it is.</param>
    private void WriteResult(string folder, ScenarioStory scenario, AttemptStory? attempt)
    {
        var plan = scenario.Plan;
        var id = Uuid($"{story.Plan.Run}/{plan.Id}/{attempt?.Number}");
        var quarantine = Quarantine.GetValueOrDefault(plan.Id);
        var result = new AllureResult
        {
            Uuid = id,
            HistoryId = Uuid(plan.Id),
            TestCaseId = Uuid(plan.Name),
            FullName = PlainText.Line(plan.Id),
            Name = PlainText.Line(plan.Id),
            Description = Description(plan, attempt, quarantine),
            Status = attempt is null ? "skipped" : Status(attempt.Outcome),
            StatusDetails = Details(scenario, attempt, quarantine),
            Start = Milliseconds(attempt?.Start ?? story.Plan.At),
            Stop = Milliseconds(attempt?.Stop ?? story.Plan.At),
            Labels = Labels(plan),
            Links = quarantine is null ? [] : [new("quarantine", quarantine.Tracker, "issue")],
            Parameters = [.. plan.Matrix.Select(point => new AllureLabel(PlainText.Line(point.Key), PlainText.Line(point.Value)))],
            Steps = [.. attempt?.Steps.Select(AllureSteps.Of) ?? []],
            Attachments = attempt is null ? [] : Attach(folder, id, attempt),
        };
        WriteJson(Path.Combine(folder, $"{id}-result.json"), result, AllureJson.Written.AllureResult);
    }

    internal static string Status(Outcome? outcome) => outcome switch
    {
        Outcome.Passed => "passed",
        Outcome.Failed => "failed",
        Outcome.Infrastructure => "broken",
        Outcome.NotProven => "skipped",
        _ => "unknown",
    };

    internal static long Milliseconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds();

    private static AllureDetails? Details(ScenarioStory scenario, AttemptStory? attempt, QuarantineEntry? quarantine)
    {
        if (attempt is null)
            return new("It was planned and never tried: nothing is proven.");
        var flaky = scenario.Flaky && attempt == scenario.Attempts[^1];
        var message = attempt.Outcome is null ? "The attempt has no end: it was cut off." : attempt.Reason;
        return message is null && !flaky ? null : new(message is null ? null : PlainText.Of(message, LongestMessage), attempt.Reproduce is null ? null : $"run it again: {PlainText.Line(attempt.Reproduce, 4000)}", flaky, quarantine is not null);
    }

    private static string Description(PlannedScenario plan, AttemptStory? attempt, QuarantineEntry? quarantine)
    {
        var text = new StringBuilder(plan.Summary).Append($"\n\n`{plan.File}` (sha256 `{Wording.Digest(plan.Sha256)}`)");
        foreach (var image in plan.Images)
            text.Append($"\n\nimage `{image.Name}`{(image.Release is null ? "" : $" release {image.Release}")} (sha256 `{Wording.Digest(image.Sha256)}`)");
        if (attempt?.Reproduce is { } again)
            text.Append($"\n\nRun it again: `{again}`");
        if (quarantine is not null)
            text.Append($"\n\nIn quarantine until {quarantine.Until:yyyy-MM-dd}: {quarantine.Reason} ({quarantine.Owner})");
        return PlainText.Of(text.ToString(), LongestMessage);
    }

    private IReadOnlyList<AllureLabel> Labels(PlannedScenario plan) =>
    [
        new("parentSuite", plan.Name.Split('.')[0]),
        new("suite", plan.Name),
        new("epic", plan.Name.Split('.')[0]),
        new("feature", plan.Name),
        new("framework", "kola"),
        new("language", "yaml"),
        new("host", story.Plan.Host.Accelerator),
        .. plan.Tags.Select(tag => new AllureLabel("tag", PlainText.Line(tag))),
    ];

    private List<AllureAttachment> Attach(string folder, string id, AttemptStory attempt)
    {
        List<AllureAttachment> attached = [];
        foreach (var file in attempt.Files)
        {
            var from = new FileInfo(Path.Combine(story.Folder, file));
            if (!from.Exists || from.Length > MaxAttachment)
                continue;
            var source = $"{Uuid($"{id}/{file}")}-attachment{Path.GetExtension(file)}";
            from.CopyTo(Path.Combine(folder, source));
            // Without scenario and attempt, which the result says already: node/console.log.
            attached.Add(new(PlainText.Line(string.Join('/', file.Split('/').Skip(2))), source, MediaType(file)));
        }

        return attached;
    }

    private static string MediaType(string file) => Path.GetExtension(file) switch
    {
        ".png" => "image/png",
        ".json" or ".jsonl" or ".ign" => "application/json",
        ".yaml" or ".yml" => "application/yaml",
        ".pcap" => "application/vnd.tcpdump.pcap",
        ".svg" => "image/svg+xml",
        ".txt" or ".log" or "" => "text/plain",
        _ => "application/octet-stream",
    };

    /// <summary>The same for the same text: a report made again is the same report.</summary>
    private static string Uuid(string text) => new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16)).ToString();

    private static void WriteJson<T>(string path, T value, JsonTypeInfo<T> type) => File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(value, type));
}
