namespace Kola.Machines.Qemu.Serial;

/// <summary>Tells a terminal's text from its escape sequences (ECMA-48), one character at a time.</summary>
/// <remarks>
/// What is not a whole sequence must hide no text: a control character ends any sequence and keeps its own meaning (a line end stays one),
/// a character that cannot be part of a sequence is text, and a string without an end is given up at the line's end or after
/// <see cref="LongestString"/> characters. Real terminals carry a sequence on over a line end; the first letter of the next line would then be lost.
/// </remarks>
internal sealed class EscapeSequences
{
    /// <summary>In characters. The strings that systemd and shells write (titles, links, context) have some hundred.</summary>
    public const int LongestString = 4096;

    /// <summary>In characters: parameters of a control sequence. Colours of 24 bits for both grounds have 40.</summary>
    private const int LongestControl = 128;
    private State state;
    private int length;

    private enum State { Text, Escape, Intermediate, Control, Command, Palette, String }

    /// <summary>What a character is.</summary>
    public enum Meaning
    {
        /// <summary>Text, or a control character outside of sequences.</summary>
        Text,

        /// <summary>Part of a sequence.</summary>
        Sequence,

        /// <summary>The end of a sequence that put the cursor elsewhere.</summary>
        CursorMoved,
    }

    /// <summary>Forgets an unfinished sequence.</summary>
    public void Reset() => Become(State.Text);

    public Meaning Take(char character)
    {
        // CAN and SUB end whatever there is, ESC begins anew; both show nothing.
        if (character is '\e')
            return Become(State.Escape);
        if (character is '\x18' or '\x1a' && state is not State.Text)
            return Become(State.Text);
        return state switch
        {
            State.Text => Meaning.Text,
            State.Command or State.String => String(character),
            // NUL and DEL are padding: terminals pass over them wherever they stand.
            _ when character is '\0' or '\x7f' => Meaning.Sequence,
            _ when char.IsControl(character) => AsText(),
            State.Escape => Escape(character),
            State.Intermediate => Final(character),
            State.Control => Control(character),
            _ => Palette(character),
        };
    }

    private Meaning Escape(char character) => character switch
    {
        '[' => Become(State.Control),
        ']' => Become(State.Command),
        'P' or 'X' or '^' or '_' => Become(State.String),
        >= ' ' and <= '/' => Become(State.Intermediate),
        <= '~' => Become(State.Text),
        _ => AsText(),
    };

    /// <summary>After ESC and an intermediate character, such as the designation of a character set.</summary>
    private Meaning Final(char character) => character switch
    {
        >= ' ' and <= '/' => Grown(LongestControl),
        <= '~' => Become(State.Text),
        _ => AsText(),
    };

    private Meaning Control(char character)
    {
        switch (character)
        {
            case >= ' ' and <= '?':
                return Grown(LongestControl);
            case 'H' or 'f':
                state = State.Text;
                return Meaning.CursorMoved;
            case <= '~':
                return Become(State.Text);
            default:
                return AsText();
        }
    }

    /// <summary>The console of Linux (console_codes(4)) knows two commands without an end: P and seven hexadecimal digits, and R.</summary>
    private Meaning String(char character)
    {
        if (state is State.Command)
        {
            if (character is 'P')
                return Become(State.Palette);
            if (character is 'R')
                return Become(State.Text);
            Become(State.String);
        }

        return character switch
        {
            '\a' or '\x9c' => Become(State.Text),
            '\n' => AsText(),
            _ => Grown(LongestString),
        };
    }

    private Meaning Palette(char character)
    {
        if (!char.IsAsciiHexDigit(character))
            return AsText();
        return ++length == 7 ? Become(State.Text) : Meaning.Sequence;
    }

    private Meaning Grown(int longest) => ++length > longest ? AsText() : Meaning.Sequence;

    private Meaning AsText()
    {
        Become(State.Text);
        return Meaning.Text;
    }

    private Meaning Become(State next)
    {
        state = next;
        length = 0;
        return Meaning.Sequence;
    }
}
