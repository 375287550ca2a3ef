using Microsoft.Net.Http.Headers;

namespace Kola.Servers.Payloads;

/// <summary>The part of a content that is asked for (RFC 9110, section 14).</summary>
/// <param name="End">The byte after the last one.</param>
internal readonly record struct ContentRange(long From, long End)
{
    /// <summary>The one range that a header asks for. <see langword="null"/> when it cannot be satisfied; <paramref name="whole"/> when it asks for none, or for what is not understood.</summary>
    public static ContentRange? Of(string? header, long length, out bool whole)
    {
        whole = true;
        if (header is null || !RangeHeaderValue.TryParse(header, out var parsed) || parsed is not { Unit.Value: "bytes", Ranges.Count: 1 })
            return new(0, length);
        whole = false;
        var asked = parsed.Ranges.Single();
        // bytes=-N: the last N.
        var from = asked.From ?? Math.Max(0, length - asked.To!.Value);
        var end = asked.From is null || asked.To is null ? length : Math.Min(length, asked.To.Value + 1);
        return from < end ? new(from, end) : null;
    }
}
