using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Kola.Yaml.Nodes;

/// <summary>YAML as JSON, by the core schema of YAML 1.2, with one exception: numbers with a leading zero are octal.</summary>
/// <remarks>
/// YAML 1.2 reads <c>0644</c> as six hundred and forty-four, YAML 1.1 and Butane as octal. A file mode is all that anybody means by it, and
/// Ignition would take the wrong one without a word.
/// </remarks>
public static partial class YamlJson
{
    public static JsonNode? ToJson(this YamlNode node) => node switch
    {
        YamlMapping mapping => new JsonObject(mapping.Entries.Select(entry => KeyValuePair.Create(entry.Key.Text, entry.Value.ToJson()))),
        YamlSequence sequence => new JsonArray([.. sequence.Items.Select(ToJson)]),
        YamlScalar { IsNull: true } => null,
        YamlScalar { Plain: true } plain => Resolve(plain.Text),
        _ => JsonValue.Create(((YamlScalar)node).Text),
    };

    private static JsonValue Resolve(string text)
    {
        if (text is "true" or "True" or "TRUE")
            return JsonValue.Create(true);
        if (text is "false" or "False" or "FALSE")
            return JsonValue.Create(false);
        if (Octal().Match(text) is { Success: true } octal)
            return JsonValue.Create(Convert.ToInt64(octal.Groups[1].Value, 8));
        if (Hexadecimal().IsMatch(text))
            return JsonValue.Create(Convert.ToInt64(text[2..], 16));
        if (Integer().IsMatch(text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer))
            return JsonValue.Create(integer);
        if (Real().IsMatch(text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real))
            return JsonValue.Create(real);
        return JsonValue.Create(text);
    }

    [GeneratedRegex("^0o?([0-7]{1,20})$")]
    private static partial Regex Octal();

    [GeneratedRegex("^0x[0-9a-fA-F]{1,15}$")]
    private static partial Regex Hexadecimal();

    [GeneratedRegex("^[-+]?[0-9]+$")]
    private static partial Regex Integer();

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")]
    private static partial Regex Real();
}
