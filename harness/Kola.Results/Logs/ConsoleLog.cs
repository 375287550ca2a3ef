using System.Text;
using System.Text.Json;

namespace Kola.Results.Logs;

/// <summary>Reads a machine's <c>console.log</c>, dated by its <c>console.times.jsonl</c>.</summary>
public static class ConsoleLog
{
    public const string FileName = "console.log";
    public const string TimesName = "console.times.jsonl";

    private const int LongestLine = 2000;

    /// <param name="folder">That holds the files.</param>
    /// <param name="start">Time of lines that no entry dates.</param>
    public static LogText Read(string folder, DateTimeOffset start)
    {
        if (LogBytes.Read(Path.Combine(folder, FileName)) is not { } log)
            return LogText.None;
        var times = Times(Path.Combine(folder, TimesName)).OrderBy(time => time.Offset).ToArray();
        List<LogLine> lines = [.. times.Where(time => time.Mark is not null).Select(time => new LogLine(time.At, $"Kola: {PlainText.Line(time.Mark!)}", LogWeight.Mark, 0))];
        var (next, at, number) = (0, start, 0);
        foreach (var (from, length) in log.Lines())
        {
            number++;
            for (; next < times.Length && times[next].Offset <= log.Skipped + from; next++)
                at = times[next].At;
            var text = PlainText.Of(Encoding.UTF8.GetString(log.Bytes, from, Math.Min(length, LongestLine * 4)), LongestLine);
            foreach (var part in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                lines.Add(new(at, part, LogWeight.Plain, log.Skipped > 0 ? 0 : number));
        }

        return new([.. lines.OrderBy(line => line.At)], log.Missing);
    }

    private static IEnumerable<(long Offset, DateTimeOffset At, string? Mark)> Times(string path)
    {
        if (LogBytes.Read(path) is not { } log)
            yield break;
        foreach (var (from, length) in log.Lines())
            if (Time(log.Bytes.AsMemory(from, length)) is { } time)
                yield return time;
    }

    /// <summary><see langword="null"/>: the line was torn.</summary>
    private static (long, DateTimeOffset, string?)? Time(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement is { ValueKind: JsonValueKind.Object } entry && entry.TryGetProperty("offset", out var offset) && entry.TryGetProperty("at", out var at)
                ? (offset.GetInt64(), at.GetDateTimeOffset(), entry.TryGetProperty("mark", out var mark) ? mark.GetString() : null)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
