using System.Text.Json.Serialization;

namespace Kola.Results.Events;

/// <summary>Who an attempt's failure is put down to.</summary>
[JsonConverter(typeof(BlameWords))]
public enum Blame
{
    /// <summary>The operating system did not do what the scenario expects of it.</summary>
    [JsonStringEnumMemberName("product")] Product,

    /// <summary>The scenario, or what it was given, cannot be carried out.</summary>
    [JsonStringEnumMemberName("scenario")] Scenario,

    /// <summary>This host: QEMU, disk, memory, processors.</summary>
    [JsonStringEnumMemberName("host")] Host,

    /// <summary>A defect of Kola.</summary>
    [JsonStringEnumMemberName("kola")] Kola,
}

/// <summary>Where and since when an attempt failed, and who is to blame; what was expected and what was seen is its reason.</summary>
public sealed record FailureCause
{
    public required Blame Blame { get; init; }

    /// <summary>Number of the step; 0 while the machines came up.</summary>
    public required int Step { get; init; }

    public required string Title { get; init; }

    /// <summary>When the step began, in seconds since the attempt did.</summary>
    public required double Since { get; init; }

    /// <summary>File of the run's folder with the line that shows it, such as <c>t.one/attempt-1/node/console.log:214</c>; missing: there is none.</summary>
    public string? Evidence { get; init; }
}

/// <summary>Blame by its words only, as <see cref="Outcome"/>.</summary>
internal sealed class BlameWords() : JsonStringEnumConverter<Blame>(namingPolicy: null, allowIntegerValues: false);
