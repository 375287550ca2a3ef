using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Kola.Results.Pages;

/// <summary>A piece of a page, in HTML. It is made from an interpolated text, whose holes are escaped: what a guest, a file or a person named cannot become markup.</summary>
internal readonly record struct Markup(string Html)
{
    public static Markup None { get; } = new("");

    public static Markup Of(MarkupText text) => new(text.ToString());

    public static Markup Join(IEnumerable<Markup> parts) => new(string.Concat(parts.Select(part => part.Html)));

    public override string ToString() => Html;
}

/// <summary>The interpolated text of a piece: its literal parts are markup, its holes are text, unless they are pieces themselves.</summary>
[InterpolatedStringHandler]
internal readonly struct MarkupText(int literalLength, int formattedCount)
{
    /// <summary>Quotes, angle brackets and ampersands are escaped; letters of all scripts stay readable.</summary>
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder text = new(literalLength + (formattedCount * 16));

    public void AppendLiteral(string value) => text.Append(value);

    public void AppendFormatted(Markup value) => text.Append(value.Html);

    public void AppendFormatted(IEnumerable<Markup> values)
    {
        foreach (var value in values)
            text.Append(value.Html);
    }

    public void AppendFormatted(string? value) => text.Append(Encoder.Encode(PlainText.Of(value ?? "")));

    public void AppendFormatted<T>(T value, string? format = null)
        where T : IFormattable => text.Append(Encoder.Encode(value.ToString(format, CultureInfo.InvariantCulture)));

    public override string ToString() => text.ToString();
}
