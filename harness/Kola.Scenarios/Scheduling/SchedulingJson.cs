using System.Text.Json.Serialization;

namespace Kola.Scenarios.Scheduling;

/// <summary>The JSON that this folder reads and writes.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Demand))]
[JsonSerializable(typeof(Dictionary<string, RecordedDuration>))]
internal sealed partial class SchedulingJson : JsonSerializerContext;
