using System.Text;

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

    public IEnumerable<ConsoleLine> Lines => lines;

    public ConsoleLine Add(string text)
    {
        var line = new ConsoleLine(End, text);
        lines.Enqueue(line);
        End += text.Length + 1;
        kept += text.Length + 1;
        while (kept > Capacity && lines.Count > 1)
            kept -= lines.Dequeue().Text.Length + 1;
        return line;
    }

    public string Text(string unfinished)
    {
        var text = new StringBuilder((int)kept + unfinished.Length);
        foreach (var line in lines)
            text.Append(line.Text).Append('\n');
        return text.Append(unfinished).ToString();
    }
}

/// <param name="Position">Of its first character.</param>
internal readonly record struct ConsoleLine(long Position, string Text);
