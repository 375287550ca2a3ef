namespace Kola.Scenarios.Model.Values;

/// <summary>Permission bits of a file, written as four octal digits: <c>"0644"</c>.</summary>
/// <param name="Bits">0 to 0o7777.</param>
public readonly record struct UnixMode(int Bits) : IParsable<UnixMode>
{
    /// <summary>The form, as JSON Schema understands it.</summary>
    public const string Pattern = "^[0-7]{4}$";

    public static UnixMode Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var mode) ? mode : throw new FormatException($"'{s}' is not a file mode; expected four octal digits such as \"0644\"");

    /// <summary>Only four digits: with three, nobody can tell whether 644 is octal or decimal.</summary>
    public static bool TryParse(string? s, IFormatProvider? provider, out UnixMode result)
    {
        result = default;
        if (s is not { Length: 4 } || s.AsSpan().ContainsAnyExceptInRange('0', '7'))
            return false;
        result = new(Convert.ToInt32(s, 8));
        return true;
    }

    public override string ToString() => Convert.ToString(Bits, 8).PadLeft(4, '0');
}
