using System.Net.Http.Headers;
using Kola.Results.Events;
using Kola.Results.Stories;
using Kola.Results.Timelines;
using Kola.Results.Traces;

namespace Kola.Cli.Reporting;

/// <summary>Sends a run's trace to a collector of OpenTelemetry, where <c>$OTEL_EXPORTER_OTLP_ENDPOINT</c> names one (opentelemetry.io/docs/specs/otel/protocol/exporter): OTLP over HTTP, in JSON.</summary>
internal static class TraceExport
{
    /// <summary>All requests together: a run does not wait longer for a collector that is not there.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Whatever goes wrong is told, and changes no outcome.</summary>
    public static async Task SendAsync(string folder, TextWriter output, TimeProvider time)
    {
        if (Endpoint() is not { } endpoint)
            return;
        try
        {
            if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
                throw new InvalidDataException($"'{endpoint}' is not an address that begins with http:// or https://");
            if ((Variable("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL") ?? Variable("OTEL_EXPORTER_OTLP_PROTOCOL")) == "grpc")
                throw new InvalidDataException("OTEL_EXPORTER_OTLP_PROTOCOL is grpc, and Kola speaks http/json only; name the collector's HTTP port (4318)");
            RunEvent[] events = [.. EventLog.Read(Path.Combine(folder, EventLog.FileName))];
            using var bound = new CancellationTokenSource(Patience, time);
            using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
            foreach (var body in RunTrace.Requests(RunStory.Of(folder, events), TimelineReader.OfAttempts(events), Resource(), Variable("TRACEPARENT")))
                await PostAsync(http, address, body, bound.Token);
        }
        catch (OperationCanceledException)
        {
            await output.WriteLineAsync($"  no trace was sent: timed out after {Patience.TotalSeconds:0} s waiting for {endpoint} (OTEL_EXPORTER_OTLP_ENDPOINT)");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException or InvalidDataException or FormatException or InvalidOperationException)
        {
            await output.WriteLineAsync($"  no trace was sent to {endpoint} (OTEL_EXPORTER_OTLP_ENDPOINT): {e.Message}");
        }
    }

    private static async Task PostAsync(HttpClient http, Uri address, byte[] body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach (var (name, value) in Pairs(Variable("OTEL_EXPORTER_OTLP_TRACES_HEADERS") ?? Variable("OTEL_EXPORTER_OTLP_HEADERS")))
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary><see langword="null"/>: nobody asked for traces.</summary>
    private static string? Endpoint() =>
        Variable("OTEL_SDK_DISABLED") == "true" || Variable("OTEL_TRACES_EXPORTER") == "none" ? null
        : Variable("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") ?? (Variable("OTEL_EXPORTER_OTLP_ENDPOINT") is { } root ? $"{root.TrimEnd('/')}/v1/traces" : null);

    private static Dictionary<string, string> Resource()
    {
        var resource = Pairs(Variable("OTEL_RESOURCE_ATTRIBUTES")).DistinctBy(pair => pair.Name).ToDictionary(pair => pair.Name, pair => pair.Value);
        resource["service.name"] = Variable("OTEL_SERVICE_NAME") ?? resource.GetValueOrDefault("service.name", "kola");
        resource["service.version"] = KolaVersion.Text;
        return resource;
    }

    /// <summary>As the specification writes them: <c>name=value,name=value</c>, percent-encoded.</summary>
    private static IEnumerable<(string Name, string Value)> Pairs(string? text) =>
        (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(pair => pair.Split('=', 2)).Where(pair => pair is [{ Length: > 0 }, _])
            .Select(pair => (pair[0].Trim(), Uri.UnescapeDataString(pair[1].Trim())));

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
