using System.Globalization;

namespace Kola.Servers.Omaha;

/// <summary>What a machine is expected to have said, and the judgement of what it did say.</summary>
public sealed record OmahaExpectation
{
    /// <summary>Words of <see cref="OmahaEvent.Words"/>, in order and without gaps; empty: not judged.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>Code of the last error, without flag bits; <see langword="null"/>: not judged.</summary>
    public int? Error { get; init; }

    /// <summary>Previous version that the last <c>updated</c> names; <see langword="null"/>: not judged.</summary>
    public string? UpdatedFrom { get; init; }

    /// <summary>What differs, for a person; <see langword="null"/>: nothing.</summary>
    /// <param name="seen">All that the machine said, in order. Clients poll, so checks that follow each other count once; pings and events that have no word do not count.</param>
    public string? Mismatch(IReadOnlyList<OmahaEvent> seen)
    {
        var counted = Counted(seen);
        var said = counted is [] ? "nothing" : string.Join(", ", counted.Select(item => item.ToString()));
        if (Events is not [] && Differs(counted) is { } difference)
            return $"expected events {string.Join(", ", Events)}; got {said}: {difference}";
        if (Error is { } code && counted.OfType<OmahaEvent.Error>().LastOrDefault() is var error && error?.Code != code)
            return string.Create(CultureInfo.InvariantCulture, $"expected error {code}; got {(error is null ? "no error" : $"error {error.Code}")} (events {said})");
        if (UpdatedFrom is { } from && counted.OfType<OmahaEvent.Updated>().LastOrDefault() is var updated && updated?.From != from)
            return $"expected an update from version {from}; got {(updated is null ? "no 3/2 event with a previous version" : $"one from version {updated.From}")} (events {said})";
        return null;
    }

    private static List<OmahaEvent> Counted(IReadOnlyList<OmahaEvent> seen)
    {
        var counted = new List<OmahaEvent>();
        foreach (var item in seen)
            if (OmahaEvent.Words.Contains(item.Word) && !(item is OmahaEvent.Check && counted is [.., OmahaEvent.Check]))
                counted.Add(item);
        return counted;
    }

    private string? Differs(List<OmahaEvent> counted)
    {
        for (var place = 0; place < Math.Max(Events.Count, counted.Count); place++)
        {
            var (expected, got) = (Events.ElementAtOrDefault(place), counted.ElementAtOrDefault(place));
            if (expected != got?.Word)
                return string.Create(CultureInfo.InvariantCulture, $"event {place + 1} is {got?.ToString() ?? "missing"}, expected {expected ?? "no further event"}");
        }

        return null;
    }
}
