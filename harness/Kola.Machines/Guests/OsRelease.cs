namespace Kola.Machines.Guests;

/// <summary>An os-release file (os-release(5)).</summary>
internal static class OsRelease
{
    /// <summary>Prints the file, wherever it is.</summary>
    public const string Command = "cat /etc/os-release 2>/dev/null || cat /usr/lib/os-release";

    public static IReadOnlyDictionary<string, string> Parse(string text)
    {
        var values = new Dictionary<string, string>();
        foreach (var line in GuestShell.Lines(text))
        {
            if (line[0] != '#' && line.IndexOf('=', StringComparison.Ordinal) is var equals and > 0)
                values[line[..equals]] = Unquote(line[(equals + 1)..]);
        }

        return values;
    }

    /// <summary>Shell quoting as the format allows it: one quoted or unquoted word, backslash before $, quotes, backslash and backtick.</summary>
    private static string Unquote(string value)
    {
        var quote = value.Length >= 2 && value[0] is '"' or '\'' && value[^1] == value[0] ? value[0] : '\0';
        if (quote != '\0')
            value = value[1..^1];
        if (quote == '\'')
            return value;
        for (var i = 0; i + 1 < value.Length; i++)
        {
            if (value[i] == '\\')
                value = value.Remove(i, 1);
        }

        return value;
    }
}
