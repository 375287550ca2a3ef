using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Kola.Scenarios.Services;

/// <summary>Writes <c>NAME.requests.jsonl</c> into the attempt's folder, one line a request, when its answer has ended.</summary>
internal sealed class RequestLog(string folder) : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, FileStream> files = [];
    private bool closed;

    public void Write<T>(string server, T request, JsonTypeInfo<T> json)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(request, json), (byte)'\n'];
        lock (gate)
        {
            if (closed)
                return;
            if (!files.TryGetValue(server, out var file))
                files[server] = file = new(Path.Combine(folder, $"{server}.requests.jsonl"), FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
            file.Write(line);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            closed = true;
            foreach (var file in files.Values)
                file.Dispose();
        }
    }
}
