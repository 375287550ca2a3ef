namespace Kola.Yaml.Values;

/// <summary>Addresses of the web as files write them: <c>https://example.org/image.qcow2</c>.</summary>
public static class WebAddress
{
    /// <summary>How it is written.</summary>
    public static WrittenForm Form { get; } = new("an http:// or https:// address", @"^https?://[^\s/]\S*$");

    public static bool TryParse(string text, out Uri address)
    {
        var valid = Uri.TryCreate(text, UriKind.Absolute, out var parsed) && parsed.Host.Length > 0 && !text.Any(char.IsWhiteSpace)
            && (text.StartsWith("http://", StringComparison.Ordinal) || text.StartsWith("https://", StringComparison.Ordinal));
        address = parsed!;
        return valid;
    }
}
