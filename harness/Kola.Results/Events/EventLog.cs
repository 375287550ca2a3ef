using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kola.Results.Events;

/// <summary>The event log of a run: <c>events.jsonl</c>, one JSON object a line, appended and flushed record by record.</summary>
/// <remarks>
/// Each line ends with its sum: SHA-256 over the sum of the line before and the line without its sum. A byte that is altered, a line that is taken
/// out, put in or moved is noticed by whoever reads the log. It is no signature: whoever writes the whole log anew is caught only by the signed record.
/// </remarks>
public sealed class EventLog(string path, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Version of the record format that this Kola writes.</summary>
    public const int Version = 1;

    /// <summary>Name of the file within a run's folder.</summary>
    public const string FileName = "events.jsonl";

    private const string SumKey = ",\"sum\":\"";

    private readonly Lock gate = new();
    private readonly StreamWriter writer = new(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read));
    private long seq;
    private string sum = "";

    /// <summary>Called for each record after it has been written, in order, one at a time.</summary>
    public event Action<RunEvent>? Written;

    /// <summary>Numbers, dates and appends a record.</summary>
    /// <exception cref="IOException">The disk is full or gone; nothing may be judged from this log then.</exception>
    public void Write(RunEvent record)
    {
        lock (gate)
        {
            var numbered = record with { Seq = ++seq, At = time.GetUtcNow() };
            writer.WriteLine(Sealed(ToLine(numbered), ref sum));
            writer.Flush();
            Written?.Invoke(numbered);
        }
    }

    /// <summary>The record as one line of JSON.</summary>
    public static string ToLine(RunEvent record) => JsonSerializer.Serialize(record, EventJson.Default.RunEvent);

    /// <summary>Reads a log back. A torn last line (a crash in mid-write) is left out.</summary>
    /// <exception cref="InvalidDataException">A record is malformed, out of sequence, altered or of a later version.</exception>
    public static IEnumerable<RunEvent> Read(string path) => Read(path, File.ReadAllBytes(path));

    /// <inheritdoc cref="Read(string)"/>
    /// <param name="path">Where it is from, for messages.</param>
    /// <param name="log">Its bytes.</param>
    public static IEnumerable<RunEvent> Read(string path, byte[] log)
    {
        // Strictly: bytes that are no UTF-8 would otherwise all read as the same character.
        var text = Decode(path, log);
        var whole = text.EndsWith('\n') ? text.Length : text.LastIndexOf('\n') + 1;
        var number = 0;
        var sum = "";
        foreach (var line in text[..whole].Split('\n').SkipLast(1))
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
            if (!Holds(line, ref sum))
                throw new InvalidDataException($"{path}:{number}: the record's sum does not fit; the log was altered, or an older Kola wrote it");
            yield return record;
        }
    }

    /// <summary>The line with its sum.</summary>
    private static string Sealed(string line, ref string sum)
    {
        sum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sum + line)));
        return $"{line[..^1]}{SumKey}{sum}\"}}";
    }

    private static bool Holds(string line, ref string sum)
    {
        var at = line.LastIndexOf(SumKey, StringComparison.Ordinal);
        return at >= 0 && Sealed($"{line[..at]}}}", ref sum) == line;
    }

    private static string Decode(string path, byte[] log)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(log);
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException($"{path}: not UTF-8: {e.Message}; the log was altered", e);
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
