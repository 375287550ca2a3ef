using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Kola.Bench.Phases;

/// <summary>Where the time of one boot went, in seconds, by the guest's own clock, which begins with the host's: good to about a second.</summary>
/// <param name="Firmware">From the machine's start or reset to the kernel's first moment.</param>
/// <param name="KernelSeconds"><see langword="null"/>, like the following: the guest did not come up, or says nothing of it.</param>
internal sealed partial record BootSplit(double Firmware, double? KernelSeconds, double? Initrd, double? Userspace)
{
    /// <summary>A boot whose kernel begins later than this after the machine's start is not of that start.</summary>
    private static readonly TimeSpan LongestFirmware = TimeSpan.FromMinutes(2);

    /// <param name="lines">Of <c>journalctl --output=json</c>.</param>
    /// <param name="starts">When machines were started or reset.</param>
    public static IReadOnlyList<BootSplit> ReadAll(IEnumerable<string> lines, IReadOnlyList<DateTimeOffset> starts) =>
    [
        .. lines.Select(Entry.Read).OfType<Entry>().GroupBy(entry => entry.Boot)
            .Select(boot => (boot.First().Kernel, Up: boot.FirstOrDefault(entry => entry.Message.StartsWith("Startup finished in", StringComparison.Ordinal))?.Message))
            .OrderBy(boot => boot.Kernel)
            .Select(boot => Of(boot.Kernel, boot.Up, starts)).OfType<BootSplit>(),
    ];

    private static BootSplit? Of(DateTimeOffset kernel, string? up, IReadOnlyList<DateTimeOffset> starts)
    {
        DateTimeOffset[] before = [.. starts.Where(start => start < kernel.AddSeconds(1))];
        if (before is [] || kernel - before.Max() >= LongestFirmware)
            return null;
        var firmware = PhaseSplit.Rounded(Math.Max((kernel - before.Max()).TotalSeconds, 0));
        return up is null ? new(firmware, null, null, null) : new(firmware, Named(up, "kernel"), Named(up, "initrd"), Named(up, "userspace"));
    }

    /// <summary>A part of "Startup finished in 1.2s (kernel) + 1min 3.4s (initrd) + …", written as in systemd.time(7).</summary>
    private static double? Named(string message, string part)
    {
        var found = Regex.Match(message, $@"(?<span>[0-9][^=+()]*?) \({part}\)");
        return found.Success ? Math.Round(Spans.Matches(found.Groups["span"].Value).Sum(span => double.Parse(span.Groups[1].Value, CultureInfo.InvariantCulture) * Unit(span.Groups[2].Value)), 3) : null;
    }

    private static double Unit(string unit) => unit switch
    {
        "h" => 3600,
        "min" => 60,
        "ms" => 0.001,
        _ => 1,
    };

    [GeneratedRegex("([0-9.]+)(h|min|ms|s)")]
    private static partial Regex Spans { get; }

    /// <param name="Kernel">When the kernel of this boot began: the entry's time, less the time since.</param>
    private sealed record Entry(string Boot, DateTimeOffset Kernel, string Message)
    {
        public static Entry? Read(string line)
        {
            try
            {
                using var document = JsonDocument.Parse(line);
                var entry = document.RootElement;
                return Text(entry, "_BOOT_ID") is { } boot && double.TryParse(Text(entry, "__REALTIME_TIMESTAMP"), CultureInfo.InvariantCulture, out var time)
                    ? new(boot, DateTimeOffset.UnixEpoch.AddMicroseconds(time - (double.TryParse(Text(entry, "__MONOTONIC_TIMESTAMP"), CultureInfo.InvariantCulture, out var since) ? since : 0)), Text(entry, "MESSAGE") ?? "")
                    : null;
            }
            catch (JsonException)
            {
                // Kola's own marks, and what a guest was just writing when it was cut off.
                return null;
            }
        }

        private static string? Text(JsonElement entry, string field) =>
            entry.ValueKind is JsonValueKind.Object && entry.TryGetProperty(field, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
    }
}
