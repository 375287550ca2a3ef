using System.Text;

namespace Kola.Machines.Ssh;

/// <summary>One stream of a command: passes on what comes behind the line with the mark.</summary>
internal sealed class MarkedStream(string mark, SshExec.OutputSink sink)
{
    /// <summary>Start-up files that print more than this are passed on: the mark may never come.</summary>
    private const int Longest = 64 * 1024;
    private readonly List<byte> held = [];
    private bool open = true;
    private long passed;
    private volatile bool muted;

    /// <summary>What stands behind the mark on its line.</summary>
    public string? BehindMark { get; private set; }

    /// <summary>What came before the mark.</summary>
    public string Prelude { get; private set; } = "";

    /// <summary>How many bytes have come.</summary>
    public long Length => Interlocked.Read(ref passed);

    /// <summary>Takes bytes as they come.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        Interlocked.Add(ref passed, bytes.Length);
        if (!open)
        {
            Pass(bytes);
            return;
        }

        held.AddRange(bytes);
        var text = Encoding.Latin1.GetString([.. held]);
        var start = text.IndexOf(mark, StringComparison.Ordinal);
        var end = start < 0 ? -1 : text.IndexOf('\n', start);
        if (end >= 0)
        {
            BehindMark = text[(start + mark.Length)..end];
            Prelude = Encoding.UTF8.GetString([.. held[..start]]);
            held.RemoveRange(0, end + 1);
            Flush();
        }
        else if (held.Count > Longest)
        {
            Flush();
        }
    }

    /// <summary>Passes on what waited for the mark.</summary>
    public void Flush()
    {
        if (!open)
            return;
        open = false;
        Pass([.. held]);
        held.Clear();
    }

    /// <summary>Passes nothing on any more: the command has ended, and what comes now is not its own.</summary>
    public void Mute() => muted = true;

    private void Pass(ReadOnlySpan<byte> bytes)
    {
        if (!muted && !bytes.IsEmpty)
            sink(bytes);
    }
}
