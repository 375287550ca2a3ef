namespace Kola.Machines.Qemu.Serial;

/// <summary>The last lines of a console, as many as fit. Positions count characters of cleaned text from the first line on, one for each line end.</summary>
internal sealed class ConsoleHistory
{
    /// <summary>In characters (2 MiB of memory): a boot prints some 100 kB.</summary>
    private const int Capacity = 1 << 20;
    private readonly Queue<ConsoleLine> lines = new();
    private long kept;

    /// <summary>Where the next line begins.</summary>
    public long End { get; private set; }

    /// <summary>Where the first line that is still kept begins.</summary>
    public long Start => End - kept;

    public IEnumerable<ConsoleLine> Lines => lines;

    /// <param name="broken"><see cref="ConsoleLine.Broken"/>.</param>
    public ConsoleLine Add(string text, bool broken = false)
    {
        var line = new ConsoleLine(End, text, broken);
        lines.Enqueue(line);
        End += text.Length + 1;
        kept += text.Length + 1;
        while (kept > Capacity && lines.Count > 1)
            kept -= lines.Dequeue().Text.Length + 1;
        return line;
    }

    public string Text(string unfinished)
    {
        var text = new System.Text.StringBuilder((int)kept + unfinished.Length);
        foreach (var line in lines)
            text.Append(line.Text).Append('\n');
        return text.Append(unfinished).ToString();
    }
}

/// <param name="Position">Of its first character.</param>
/// <param name="Broken">Whether it was broken because of its length: the next line is its continuation.</param>
internal readonly record struct ConsoleLine(long Position, string Text, bool Broken = false);
