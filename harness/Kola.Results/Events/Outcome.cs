using System.Text.Json.Serialization;

namespace Kola.Results.Events;

/// <summary>What became of an attempt or a step. Only <see cref="Passed"/> is a pass.</summary>
[JsonConverter(typeof(OutcomeWords))]
public enum Outcome
{
    /// <summary>All that was asked for was seen.</summary>
    [JsonStringEnumMemberName("passed")] Passed,

    /// <summary>The product did not do what was asked for.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>The host, its tools or Kola itself stood in the way: says nothing about the product.</summary>
    [JsonStringEnumMemberName("infrastructure")] Infrastructure,

    /// <summary>Stopped from outside before it ended.</summary>
    [JsonStringEnumMemberName("interrupted")] Interrupted,

    /// <summary>What it stands on was not proven, so it was not tried: says nothing about the product.</summary>
    [JsonStringEnumMemberName("not-proven")] NotProven,
}

/// <summary>Outcomes by their words only: a number would read as an outcome that nobody wrote.</summary>
internal sealed class OutcomeWords() : JsonStringEnumConverter<Outcome>(namingPolicy: null, allowIntegerValues: false);
