using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Kola.Results.Logs;

/// <summary>Reads a machine's <c>journal.jsonl</c>: entries as journalctl prints them, and Kola's marks between them.</summary>
public static class JournalLog
{
    public const string FileName = "journal.jsonl";

    private const int LongestLine = 2000;

    /// <summary>Marks from which on a machine runs; what stands before the first of them is of the template that it was cloned from.</summary>
    private static readonly string[] Beginnings = ["power-on", "resume", "reset-done"];

    /// <param name="folder">That holds the file.</param>
    /// <param name="start">When the attempt began: entries of before are left out, and counted.</param>
    /// <param name="stop">When it ended.</param>
    public static LogText Read(string folder, DateTimeOffset start, DateTimeOffset stop)
    {
        if (LogBytes.Read(Path.Combine(folder, FileName)) is not { } log)
            return LogText.None;
        List<LogLine> lines = [];
        var (number, before, first) = (0, 0, 0);
        // Since when the machine runs that an entry is of; none: it is the template's.
        DateTimeOffset? since = log.Skipped > 0 ? start : null;
        foreach (var (from, length) in log.Lines())
        {
            number++;
            if (length == 0 || Entry(log.Bytes.AsMemory(from, length), log.Skipped > 0 ? 0 : number) is not { } line)
                continue;
            if (line.Weight is LogWeight.Mark)
            {
                // A guest's clock may be wrong: what it said before the host saw this happen, happened before.
                for (var i = first; i < lines.Count; i++)
                    lines[i] = lines[i].At > line.At ? lines[i] with { At = line.At } : lines[i];
                if (Beginnings.Any(mark => line.Text == $"Kola: {mark}"))
                    (since, first) = (line.At, lines.Count);
            }

            if (since is null)
                before += line.Weight is LogWeight.Mark ? 0 : 1;
            else
                lines.Add(line.At < since ? line with { At = since.Value } : line.At > stop ? line with { At = stop } : line);
        }

        string[] missing = [.. log.Missing is { } cut ? [cut] : Array.Empty<string>(), .. before > 0 ? [$"{before} entries of the template that the machine was cloned from"] : Array.Empty<string>()];
        return new([.. lines.OrderBy(line => line.At)], missing is [] ? null : string.Join("; ", missing));
    }

    /// <summary><see langword="null"/>: it is no whole entry.</summary>
    private static LogLine? Entry(ReadOnlyMemory<byte> json, int number)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement is not { ValueKind: JsonValueKind.Object } entry)
                return null;
            if (Text(entry, "kola") is { } mark)
                return new(entry.GetProperty("at").GetDateTimeOffset(), $"Kola: {PlainText.Line(mark == "boot" ? $"boot {Text(entry, "detail")}" : mark)}", LogWeight.Mark, number);
            if (!long.TryParse(Text(entry, "__REALTIME_TIMESTAMP"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds))
                return null;
            var said = PlainText.Line($"{Text(entry, "SYSLOG_IDENTIFIER") ?? Text(entry, "_TRANSPORT")}: {Text(entry, "MESSAGE")}", LongestLine);
            return new(DateTimeOffset.UnixEpoch.AddMicroseconds(microseconds), said, Weight(Text(entry, "PRIORITY")), number);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentOutOfRangeException or KeyNotFoundException)
        {
            return null;
        }
    }

    /// <summary>By the levels of syslog: 3 and less are errors, 4 is a warning.</summary>
    private static LogWeight Weight(string? priority) => priority switch
    {
        "0" or "1" or "2" or "3" => LogWeight.Error,
        "4" => LogWeight.Warning,
        _ => LogWeight.Plain,
    };

    /// <summary>A field is text; an array of bytes where it is not UTF-8 (https://systemd.io/JOURNAL_EXPORT_FORMATS).</summary>
    private static string? Text(JsonElement entry, string field) => !entry.TryGetProperty(field, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Array => Encoding.UTF8.GetString([.. value.EnumerateArray().Where(item => item.ValueKind is JsonValueKind.Number && item.TryGetByte(out _)).Select(item => item.GetByte())]),
        _ => null,
    };
}
