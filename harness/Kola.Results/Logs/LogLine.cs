namespace Kola.Results.Logs;

/// <summary>A line of a machine's console or journal.</summary>
/// <param name="At">When: by the host's clock for the console, by the guest's for the journal, kept between what the host saw happen before and after.</param>
/// <param name="Text">Plain; one line.</param>
/// <param name="Number">Line of its file, from 1; 0 where it stands for lines that were left out.</param>
public sealed record LogLine(DateTimeOffset At, string Text, LogWeight Weight, int Number);

/// <summary>How much a line matters to whoever looks for a failure.</summary>
public enum LogWeight
{
    Plain,

    /// <summary>Of Kola: what it did to the machine.</summary>
    Mark,

    Warning,

    Error,

    /// <summary>Stands for lines that were left out.</summary>
    Gap,
}

/// <summary>What was read of a log.</summary>
/// <param name="Missing">What of the file is not among the lines, for people; <see langword="null"/>: nothing.</param>
public sealed record LogText(IReadOnlyList<LogLine> Lines, string? Missing)
{
    public static LogText None { get; } = new([], null);

    /// <summary>At most so many lines: those that matter, the beginning and the end. Where lines are left out, a line says how many.</summary>
    public LogText Excerpt(int most)
    {
        if (Lines.Count <= most)
            return this;
        var kept = new SortedSet<int>();
        void Keep(IEnumerable<int> indices, int share)
        {
            foreach (var index in indices.Take(share))
                kept.Add(index);
        }

        Keep(Enumerable.Range(0, Lines.Count).Where(i => Lines[i].Weight is not LogWeight.Plain).Reverse(), most / 3);
        Keep(Enumerable.Range(0, Lines.Count), most / 6);
        Keep(Enumerable.Range(0, Lines.Count).Reverse().Where(i => !kept.Contains(i)), most - kept.Count);
        List<LogLine> lines = [];
        var next = 0;
        foreach (var index in kept.Append(Lines.Count))
        {
            if (index > next)
                lines.Add(new(Lines[next].At, $"… {index - next} lines left out", LogWeight.Gap, 0));
            if (index < Lines.Count)
                lines.Add(Lines[index]);
            next = index + 1;
        }

        return this with { Lines = lines };
    }
}
