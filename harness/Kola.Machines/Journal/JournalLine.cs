using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Kola.Machines.Journal;

/// <summary>A line of <c>journalctl --output=json</c> (https://systemd.io/JOURNAL_EXPORT_FORMATS).</summary>
internal static class JournalLine
{
    /// <summary>The fields that the guest is asked for, beside those of its address, which always come.</summary>
    public const string Fields = "MESSAGE,MESSAGE_ID,PRIORITY,SYSLOG_IDENTIFIER,UNIT,JOB_TYPE,JOB_RESULT,_PID,_SYSTEMD_UNIT,_TRANSPORT";

    /// <returns><see langword="null"/>: it is no entry, or the guest stopped in the middle of it.</returns>
    public static JournalEntry? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            using var document = JsonDocument.ParseValue(ref reader);
            var entry = document.RootElement;
            if (entry.ValueKind is not JsonValueKind.Object || Text(entry, "_BOOT_ID") is not { Length: 32 } boot || Number(entry, "__REALTIME_TIMESTAMP") is not { } microseconds)
                return null;
            var job = Text(entry, "JOB_RESULT") is { } result ? $"{Text(entry, "JOB_TYPE")} {result}" : null;
            return new(
                boot, Number(entry, "__SEQNUM"), DateTimeOffset.UnixEpoch.AddMicroseconds(microseconds), Text(entry, "SYSLOG_IDENTIFIER") ?? Text(entry, "_TRANSPORT") ?? "",
                Text(entry, "MESSAGE") ?? "", Text(entry, "MESSAGE_ID"), Text(entry, "UNIT"), job);
        }
        catch (Exception e) when (e is JsonException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static long? Number(JsonElement entry, string field) =>
        long.TryParse(Text(entry, field), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A field is text; an array of bytes where it is not UTF-8; an array of these where it was given several times: the first counts.</summary>
    private static string? Text(JsonElement entry, string field) => entry.TryGetProperty(field, out var value) ? Text(value) : null;

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Array when value.GetArrayLength() == 0 => "",
        JsonValueKind.Array when value[0].ValueKind is JsonValueKind.Number =>
            Encoding.UTF8.GetString([.. value.EnumerateArray().Select(item => item.ValueKind is JsonValueKind.Number && item.TryGetByte(out var one) ? one : (byte)'?')]),
        JsonValueKind.Array => Text(value[0]),
        _ => null,
    };
}
