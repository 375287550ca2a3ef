using System.Text;

namespace Kola.Machines.Qemu.Serial;

/// <summary>
/// Makes lines of text from a terminal's bytes, however they are cut into chunks: UTF-8, without escape sequences and control
/// characters. A carriage return or a jump of the cursor ends a line as a line feed does.
/// </summary>
internal sealed class ConsoleLines
{
    /// <summary>In characters. A longer line is broken here and goes on in the next one, see <see cref="Broken"/>.</summary>
    public const int LongestLine = 16 * 1024;
    private readonly Decoder decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder line = new();
    private readonly EscapeSequences escapes = new();
    private bool returned;

    /// <summary>The line that has not ended yet, such as a prompt.</summary>
    public string Unfinished => line.ToString();

    public int UnfinishedLength => line.Length;

    /// <summary>Whether the line that was just completed was broken because of its length: the next one is its continuation.</summary>
    public bool Broken { get; private set; }

    /// <summary>Adds bytes; whole lines are given to <paramref name="completed"/>.</summary>
    public void Add(ReadOnlySpan<byte> bytes, Action<string> completed)
    {
        Span<char> characters = stackalloc char[1024];
        while (!bytes.IsEmpty)
        {
            var part = bytes[..Math.Min(bytes.Length, 512)];
            bytes = bytes[part.Length..];
            var count = decoder.GetChars(part, characters, flush: false);
            foreach (var character in characters[..count])
                Add(character, completed);
        }
    }

    /// <summary>Ends the unfinished line: the machine is off.</summary>
    public void End(Action<string> completed)
    {
        decoder.Reset();
        escapes.Reset();
        returned = false;
        if (line.Length > 0)
            Complete(completed);
    }

    private void Add(char character, Action<string> completed)
    {
        switch (escapes.Take(character))
        {
            case EscapeSequences.Meaning.Text:
                Text(character, completed);
                break;
            case EscapeSequences.Meaning.CursorMoved when line.Length > 0:
                Complete(completed);
                break;
            default:
                break;
        }
    }

    private void Text(char character, Action<string> completed)
    {
        if (character is '\n')
        {
            returned = false;
            Complete(completed);
            return;
        }

        if (character is '\r')
        {
            returned = true;
            return;
        }

        if (char.IsControl(character) && character is not '\t')
            return;
        if (returned && line.Length > 0)
            Complete(completed);
        returned = false;
        line.Append(character);
        if (line.Length >= LongestLine)
            Complete(completed, broken: true);
    }

    private void Complete(Action<string> completed, bool broken = false)
    {
        var text = line.ToString();
        line.Clear();
        Broken = broken;
        completed(text);
    }
}
