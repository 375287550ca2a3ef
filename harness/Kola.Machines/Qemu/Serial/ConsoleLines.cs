using System.Text;

namespace Kola.Machines.Qemu.Serial;

/// <summary>
/// Makes lines of text from a terminal's bytes, however they are cut into chunks: UTF-8, without escape sequences (ECMA-48) and control
/// characters. A carriage return or a jump of the cursor ends a line as a line feed does.
/// </summary>
internal sealed class ConsoleLines
{
    private const int LongestLine = 16 * 1024;
    private readonly Decoder decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder line = new();
    private State state;
    private bool returned;

    private enum State { Text, Escape, Designation, Control, String, StringEscape }

    /// <summary>The line that has not ended yet, such as a prompt.</summary>
    public string Unfinished => line.ToString();

    public int UnfinishedLength => line.Length;

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
        state = State.Text;
        returned = false;
        if (line.Length > 0)
            Complete(completed);
    }

    private void Add(char character, Action<string> completed)
    {
        switch (state)
        {
            case State.Text: Text(character, completed); break;
            case State.Escape: state = AfterEscape(character); break;
            case State.Designation: state = State.Text; break;
            case State.Control when character is >= '@' and <= '~':
                state = State.Text;
                if (character is 'H' or 'f' && line.Length > 0)
                    Complete(completed);
                break;
            case State.String when character is '\a': state = State.Text; break;
            case State.String when character is '\e': state = State.StringEscape; break;
            // A string that is never ended must not swallow the rest of the log.
            case State.String when character is '\n': state = State.Text; Text(character, completed); break;
            case State.StringEscape: state = State.Text; break;
            default: break;
        }
    }

    private static State AfterEscape(char character) => character switch
    {
        '[' => State.Control,
        ']' or 'P' or 'X' or '^' or '_' => State.String,
        '(' or ')' or '*' or '+' or '#' or '%' => State.Designation,
        _ => State.Text,
    };

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

        if (character is '\e')
        {
            state = State.Escape;
            return;
        }

        if (char.IsControl(character) && character is not '\t')
            return;
        if (returned && line.Length > 0)
            Complete(completed);
        returned = false;
        line.Append(character);
        if (line.Length >= LongestLine)
            Complete(completed);
    }

    private void Complete(Action<string> completed)
    {
        var text = line.ToString();
        line.Clear();
        completed(text);
    }
}
