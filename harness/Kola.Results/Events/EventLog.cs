using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kola.Results.Events;

/// <summary>The event log of a run: <c>events.jsonl</c>, one JSON object a line, appended and flushed record by record.</summary>
public sealed class EventLog(string path, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Version of the record format that this Kola writes.</summary>
    public const int Version = 1;

    /// <summary>Name of the file within a run's folder.</summary>
    public const string FileName = "events.jsonl";

    private readonly Lock gate = new();
    private readonly StreamWriter writer = new(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read));
    private long seq;

    /// <summary>Called for each record after it has been written, in order, one at a time.</summary>
    public event Action<RunEvent>? Written;

    /// <summary>Numbers, dates and appends a record.</summary>
    /// <exception cref="IOException">The disk is full or gone; nothing may be judged from this log then.</exception>
    public void Write(RunEvent record)
    {
        lock (gate)
        {
            var numbered = record with { Seq = ++seq, At = time.GetUtcNow() };
            writer.WriteLine(ToLine(numbered));
            writer.Flush();
            Written?.Invoke(numbered);
        }
    }

    /// <summary>The record as one line of JSON.</summary>
    public static string ToLine(RunEvent record) => JsonSerializer.Serialize(record, EventJson.Default.RunEvent);

    /// <summary>Reads a log back. A torn last line (a crash in mid-write) is left out.</summary>
    /// <exception cref="InvalidDataException">A record is malformed, out of sequence or of a later version.</exception>
    public static IEnumerable<RunEvent> Read(string path)
    {
        var text = File.ReadAllText(path);
        var whole = text.EndsWith('\n') ? text.Length : text.LastIndexOf('\n') + 1;
        var number = 0;
        foreach (var line in text[..whole].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            number++;
            RunEvent record;
            try
            {
                record = JsonSerializer.Deserialize(line, EventJson.Default.RunEvent)
                    ?? throw new InvalidDataException($"{path}:{number}: null is not an event record");
            }
            catch (Exception e) when (e is JsonException or NotSupportedException)
            {
                throw new InvalidDataException($"{path}:{number}: not an event record: {e.Message}", e);
            }

            if (record.Version > Version)
                throw new InvalidDataException($"{path}:{number}: record format {record.Version} is newer than this Kola's {Version}; use a newer Kola");
            if (record.Seq != number)
                throw new InvalidDataException($"{path}:{number}: record {record.Seq} stands where {number} belongs; the log was altered");
            yield return record;
        }
    }

    public ValueTask DisposeAsync() => writer.DisposeAsync();
}

/// <summary>How event records are written: camelCase, nulls left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(RunEvent))]
internal sealed partial class EventJson : JsonSerializerContext;
