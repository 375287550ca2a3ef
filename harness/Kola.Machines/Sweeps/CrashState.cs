using System.Globalization;

namespace Kola.Machines.Sweeps;

/// <summary>How a power cut came to leave a state.</summary>
public enum CrashKind
{
    /// <summary>All writes up to one, in their order.</summary>
    Prefix,

    /// <summary>All up to one, of which only some sectors arrived.</summary>
    Torn,

    /// <summary>Of the writes since the last flush only some arrived: the others were lost, or would have come later.</summary>
    Lost,
}

/// <summary>One state of the disk that a power cut can leave: the base, the first writes of the log, and some of those after them.</summary>
/// <param name="Number">From 0. The same log, seed and limit give the same state the same number.</param>
/// <param name="Flush">The flush that ends the window of writes in which the power is cut, counted from 0; the number of flushes after the last one.</param>
/// <param name="Floor">Entries from the start of the log that all arrived.</param>
/// <param name="Extra">Entries behind them that arrived too, in their order.</param>
/// <param name="Torn">The last write, where it arrived in part.</param>
public sealed record CrashState(int Number, CrashKind Kind, int Flush, int Floor, IReadOnlyList<int> Extra, TornWrite? Torn)
{
    /// <summary>The last entry of the log that arrived, or came after those that did; -1: none.</summary>
    public int Last => Math.Max(Torn?.Entry ?? -1, Extra is [.., var last] ? Math.Max(last, Floor - 1) : Floor - 1);

    /// <summary>For people.</summary>
    public override string ToString() => Kind switch
    {
        CrashKind.Prefix when Floor == 0 => "nothing arrived",
        CrashKind.Prefix => $"cut after write {Floor - 1}",
        CrashKind.Torn => string.Create(CultureInfo.InvariantCulture, $"write {Torn!.Entry} torn: sectors {Torn.From} to {Torn.From + Torn.Sectors - 1} arrived"),
        _ => $"cut before flush {Flush}: of the writes since {Floor}, only {Few()} arrived",
    };

    private string Few() => Extra.Count == 0 ? "none" : Extra.Count <= 12 ? string.Join(' ', Extra) : $"{string.Join(' ', Extra.Take(12))} and {Extra.Count - 12} more";
}

/// <summary>A write of which only some sectors arrived.</summary>
/// <param name="Entry">Its number in the log.</param>
/// <param name="From">The first sector that arrived, counted from the write's own first.</param>
/// <param name="Sectors">How many arrived.</param>
public sealed record TornWrite(int Entry, int From, int Sectors);
