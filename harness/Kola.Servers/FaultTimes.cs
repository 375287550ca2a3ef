namespace Kola.Servers;

/// <summary>Faults of a server, and how often each has acted. Safe for use by several tasks.</summary>
/// <param name="times">How many requests a fault acts on; <see langword="null"/>: all.</param>
internal sealed class FaultTimes<T>(IReadOnlyList<T> faults, Func<T, int?> times)
{
    private readonly int[] used = new int[faults.Count];

    /// <summary>Those that act on a request, which counts for each of them.</summary>
    /// <param name="matches">Whether the request is one that the fault is about.</param>
    public IReadOnlyList<T> Take(Func<T, bool> matches) =>
        [.. faults.Index().Where(entry => matches(entry.Item) && (times(entry.Item) is not { } most || Interlocked.Increment(ref used[entry.Index]) <= most)).Select(entry => entry.Item)];
}
