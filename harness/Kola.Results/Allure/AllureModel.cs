using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kola.Results.Allure;

/// <summary>A test result file of Allure (allurereport.org/docs/how-it-works-test-result-file): <c>UUID-result.json</c>. Times are milliseconds since 1970.</summary>
internal sealed record AllureResult
{
    public required string Uuid { get; init; }

    /// <summary>The same for every attempt of a case, in every run: what history and retries are told by.</summary>
    public required string HistoryId { get; init; }

    /// <summary>The same for every case of a scenario.</summary>
    public required string TestCaseId { get; init; }

    public required string FullName { get; init; }

    public required string Name { get; init; }

    public string? Description { get; init; }

    /// <summary><c>passed, failed, broken, skipped, unknown</c>.</summary>
    public required string Status { get; init; }

    public AllureDetails? StatusDetails { get; init; }

    public string Stage { get; init; } = "finished";

    public required long Start { get; init; }

    public required long Stop { get; init; }

    public required IReadOnlyList<AllureLabel> Labels { get; init; }

    public IReadOnlyList<AllureLink> Links { get; init; } = [];

    public IReadOnlyList<AllureLabel> Parameters { get; init; } = [];

    public IReadOnlyList<AllureStep> Steps { get; init; } = [];

    public IReadOnlyList<AllureAttachment> Attachments { get; init; } = [];
}

internal sealed record AllureStep
{
    public required string Name { get; init; }

    public required string Status { get; init; }

    public AllureDetails? StatusDetails { get; init; }

    public string Stage { get; init; } = "finished";

    public required long Start { get; init; }

    public required long Stop { get; init; }

    public IReadOnlyList<AllureLabel> Parameters { get; init; } = [];

    public IReadOnlyList<AllureStep> Steps { get; init; } = [];
}

internal sealed record AllureDetails(string? Message = null, string? Trace = null, bool Flaky = false, bool Muted = false);

internal sealed record AllureLabel(string Name, string Value);

internal sealed record AllureLink(string Name, string Url, string Type);

/// <param name="Source">Name of the file, in the folder of the results.</param>
/// <param name="Type">Media type.</param>
internal sealed record AllureAttachment(string Name, string Source, string Type);

internal sealed record AllureCategory(string Name, IReadOnlyList<string> MatchedStatuses, bool? Flaky = null);

internal sealed record AllureExecutor(string Name, string Type, string ReportName, string? BuildName = null, string? BuildUrl = null, long? BuildOrder = null);

[JsonSerializable(typeof(AllureResult))]
[JsonSerializable(typeof(IReadOnlyList<AllureCategory>))]
[JsonSerializable(typeof(AllureExecutor))]
internal sealed partial class AllureJson : JsonSerializerContext
{
    public static AllureJson Written { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
