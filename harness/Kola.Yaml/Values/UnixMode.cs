namespace Kola.Yaml.Values;

/// <summary>Permission bits of a file, written as four octal digits: <c>"0644"</c>.</summary>
/// <param name="Bits">0 to 0o7777.</param>
public readonly record struct UnixMode(int Bits) : IWritten<UnixMode>
{
    /// <inheritdoc/>
    public static WrittenForm Form { get; } = new("a file mode of four octal digits such as \"0644\"", "^[0-7]{4}$") { AlsoNumber = (0, 7777) };

    /// <summary>Only four digits: with three digits it is unclear whether 644 is octal or decimal.</summary>
    public static bool TryParse(string text, out UnixMode value)
    {
        value = default;
        if (text is not { Length: 4 } || text.AsSpan().ContainsAnyExceptInRange('0', '7'))
            return false;
        value = new(Convert.ToInt32(text, 8));
        return true;
    }

    public override string ToString() => Convert.ToString(Bits, 8).PadLeft(4, '0');
}
