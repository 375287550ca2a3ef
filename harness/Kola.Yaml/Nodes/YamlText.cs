using System.Text;

namespace Kola.Yaml.Nodes;

/// <summary>The text of a file, checked: bounded in size, UTF-8, no binary.</summary>
public static class YamlText
{
    /// <summary>A scenario is written by people; what is larger is something else.</summary>
    public const int MaxBytes = 1 << 20;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="maxBytes">What is larger is refused.</param>
    /// <returns><see langword="null"/> when a problem was reported.</returns>
    public static string? Decode(string path, byte[] bytes, ICollection<YamlProblem> problems, int maxBytes = MaxBytes)
    {
        if (bytes.Length > maxBytes)
            return Refuse(new(path, 1, 1), $"the file is larger than {maxBytes} bytes{(maxBytes == MaxBytes ? "; expected a scenario" : "")}");
        string text;
        try
        {
            text = Strict.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            return Refuse(LocationOf(path, Encoding.Latin1.GetString(bytes, 0, Math.Max(e.Index, 0))), "this byte is not UTF-8; save the file as UTF-8");
        }

        var binary = text.AsSpan().IndexOfAnyInRange('\0', '\b');
        if (binary >= 0)
            return Refuse(LocationOf(path, text.AsSpan(0, binary)), $"control character U+{(int)text[binary]:X4}; expected plain text");
        return text.TrimStart('\uFEFF');

        string? Refuse(SourceLocation location, string message)
        {
            problems.Add(new(location, message));
            return null;
        }
    }

    private static SourceLocation LocationOf(string path, ReadOnlySpan<char> before) =>
        new(path, before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'));
}
