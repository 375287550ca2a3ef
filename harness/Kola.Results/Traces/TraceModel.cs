using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kola.Results.Traces;

/// <summary>A request to export traces, in OTLP's JSON (opentelemetry.io/docs/specs/otlp, proto3's mapping: 64-bit numbers are text, ids are hexadecimal).</summary>
internal sealed record TraceRequest(IReadOnlyList<ResourceSpans> ResourceSpans);

internal sealed record ResourceSpans(TraceResource Resource, IReadOnlyList<ScopeSpans> ScopeSpans);

internal sealed record TraceResource(IReadOnlyList<TraceAttribute> Attributes);

internal sealed record ScopeSpans(TraceScope Scope, IReadOnlyList<TraceSpan> Spans);

internal sealed record TraceScope(string Name, string Version);

/// <param name="Kind">1: internal.</param>
internal sealed record TraceSpan(
    string TraceId, string SpanId, string? ParentSpanId, string Name, string StartTimeUnixNano, string EndTimeUnixNano, IReadOnlyList<TraceAttribute> Attributes, TraceStatus Status, int Kind = 1);

internal sealed record TraceAttribute(string Key, TraceValue Value)
{
    public static TraceAttribute Of(string key, string value) => new(key, new(PlainText.Of(value, 4000)));
}

internal sealed record TraceValue(string StringValue);

/// <param name="Code">0: nothing is said, 1: it went well, 2: it did not.</param>
internal sealed record TraceStatus(int Code, string? Message = null);

[JsonSerializable(typeof(TraceRequest))]
internal sealed partial class TraceJson : JsonSerializerContext
{
    public static TraceJson Written { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
