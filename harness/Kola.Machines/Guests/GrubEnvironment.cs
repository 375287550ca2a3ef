using System.Text;

namespace Kola.Machines.Guests;

/// <summary>GRUB's environment block: 1024 bytes that begin with a fixed line, then <c>name=value</c> lines, padded with <c>#</c> (GRUB manual, "Environment block").</summary>
/// <remarks>A value's line break and backslash are written behind a backslash. GRUB refuses a block that does not begin with the line, and so does <see cref="Parse"/>.</remarks>
internal sealed record GrubEnvironment(IReadOnlyDictionary<string, string> Values)
{
    public const string Signature = "# GRUB Environment Block\n";

    /// <summary>The length of a whole block, in bytes.</summary>
    public const int Length = 1024;

    /// <summary>What the block holds; <see langword="null"/> when GRUB would not read it: it is empty, cut short or overwritten.</summary>
    public static GrubEnvironment? Parse(ReadOnlySpan<byte> block)
    {
        if (block.Length < Length || !block.StartsWith(Encoding.ASCII.GetBytes(Signature)))
            return null;
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in GuestShell.Lines(Encoding.UTF8.GetString(block)).Where(line => !line.StartsWith('#')))
        {
            if (line.Split('=', 2) is [var name, var value])
                values[name] = value;
        }
        return new(values);
    }

    /// <summary>What <c>grub-editenv … list</c> prints.</summary>
    public static GrubEnvironment OfList(string text) =>
        new(GuestShell.Lines(text).Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal));

    /// <summary>The same with one value set.</summary>
    public GrubEnvironment With(string name, string value) => new(new Dictionary<string, string>(Values, StringComparer.Ordinal) { [name] = value });

    /// <summary>The block that <see cref="Parse"/> reads.</summary>
    /// <exception cref="GuestException">It does not hold all values.</exception>
    public byte[] ToBlock()
    {
        var text = Encoding.UTF8.GetBytes(Signature + string.Concat(Values.Select(pair => $"{pair.Key}={pair.Value}\n")));
        if (text.Length > Length)
            throw new GuestException($"GRUB's environment has {Length} bytes; these values need {text.Length}");
        return [.. text, .. Enumerable.Repeat((byte)'#', Length - text.Length)];
    }

    /// <summary>The boot order of RAUC's grub backend, slots by their bootname; the first that may be tried is started.</summary>
    public IReadOnlyList<string> Order => Values.GetValueOrDefault("ORDER", "").Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether a slot may be started at all: an installation that fails, and <c>rauc status mark-bad</c>, take it back.</summary>
    public bool IsOk(string slot) => Values.GetValueOrDefault($"{slot}_OK") == "1";

    /// <summary>How often a slot was started since it was last marked good; <see langword="null"/> when the block does not say.</summary>
    public int? Tries(string slot) => int.TryParse(Values.GetValueOrDefault($"{slot}_TRY"), out var tries) && tries >= 0 ? tries : null;
}
