using System.Text.Json.Serialization;

namespace Kola.Machines.Journal;

/// <summary>A line of <c>journal.jsonl</c> that is Kola's: where a boot begins, what Kola did to the machine, what is no whole entry.</summary>
/// <param name="Kola"><c>boot</c>; <c>torn</c>; or what was done: <c>power-on, power-off, power-cut, reset, reset-done, save, resume</c>.</param>
/// <param name="Detail">The boot's id; the torn text.</param>
internal sealed record JournalMark(string Kola, DateTimeOffset At, string? Detail = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JournalMark))]
internal sealed partial class JournalJson : JsonSerializerContext;
