using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kola.Machines;
using Kola.Scenarios.Model.Binding;
using Kola.Scenarios.Model.Values;
using Kola.Scenarios.Model.Yaml;

namespace Kola.Scenarios.Model.Shapes;

/// <summary>A single value.</summary>
internal abstract class ScalarShape : Shape
{
    public override bool Accepts(YamlNode node) => node is YamlScalar;

    public override bool TryBind(YamlNode node, BindingContext context, out object? value)
    {
        value = null;
        return node is YamlScalar { IsNull: false, Unresolved: false } scalar && TryParse(scalar, context, out value)
            || (value is not Told && Refuse(node, context, out value));
    }

    /// <summary>Reads the value; <see cref="Told"/> as the value when a problem was reported.</summary>
    protected abstract bool TryParse(YamlScalar scalar, BindingContext context, out object? value);

    /// <summary>A schema that also admits a variable, as <c>${name}</c>.</summary>
    protected static JsonObject OrVariable(JsonObject schema) => new()
    {
        ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "string", ["pattern"] = Variables.WholePattern }),
    };

    /// <summary>Stands for a value whose problem was reported already.</summary>
    protected sealed class Told
    {
        public static readonly Told Instance = new();
    }
}

/// <summary>Any text; numbers and truth values are taken as they are written.</summary>
internal sealed class TextShape(IReadOnlyList<FormatAttribute> formats, IReadOnlyList<string>? names, bool machine, bool file) : ScalarShape
{
    public override string Expected =>
        machine ? "the name of a machine"
        : file ? "the path of a file, relative to the scenario file"
        : names is not null ? $"one of {string.Join(", ", names)}"
        : formats is [var format, ..] ? format.Expected
        : "a text";

    protected override bool TryParse(YamlScalar scalar, BindingContext context, out object? value)
    {
        value = file ? context.Resolve(scalar) ?? (object)Told.Instance : scalar.Text;
        var known = machine ? context.Machines : names;
        if (known is not null && !known.Contains(scalar.Text))
        {
            var what = machine ? $"no machine is called '{scalar.Text}'" : $"'{scalar.Text}' is unknown";
            context.Report(scalar.Location, $"{what}; expected one of {string.Join(", ", known)}{Spelling.Hint(scalar.Text, known)}");
            value = Told.Instance;
        }

        return value is not Told && formats.All(format => format.IsMatch(scalar.Text));
    }

    public override JsonObject Describe(SchemaDefinitions definitions)
    {
        if (names is not null)
            return OrVariable(new() { ["enum"] = new JsonArray([.. names.Select(name => JsonValue.Create(name))]) });
        if (machine || file)
            return new() { ["type"] = "string", ["minLength"] = 1 };
        return formats switch
        {
            [] => new() { ["type"] = new JsonArray("string", "number", "boolean") },
            [var format] => OrVariableText(format),
            _ => new() { ["allOf"] = new JsonArray([.. formats.Select(OrVariableText)]) },
        };
    }

    /// <summary>A text that holds a variable somewhere cannot be judged before it is replaced.</summary>
    private static JsonObject OrVariableText(FormatAttribute format) => new()
    {
        // Editors see 'true' or '1' without quotes as no text.
        ["type"] = format.IsMatch("true") && format.IsMatch("1") ? new JsonArray("string", "number", "boolean") : "string",
        ["pattern"] = format.Literal ? format.Pattern : $@"({format.Pattern})|(\$\{{)",
    };
}

/// <summary>A value with its own written form: a size, a duration, a file mode, an exit code.</summary>
internal sealed class ParsedShape(string expected, string pattern, Func<string, object?> parse, JsonObject? alternative = null, Func<string, string?>? explain = null) : ScalarShape
{
    public override string Expected => expected;

    protected override bool TryParse(YamlScalar scalar, BindingContext context, out object? value)
    {
        value = parse(scalar.Text);
        if (value is null && explain?.Invoke(scalar.Text) is { } reason)
        {
            context.Report(scalar.Location, reason);
            value = Told.Instance;
        }

        return value is not (null or Told);
    }

    public override JsonObject Describe(SchemaDefinitions definitions)
    {
        var text = new JsonObject { ["type"] = "string", ["pattern"] = $@"({pattern})|(\$\{{)" };
        return alternative is null ? text : new() { ["anyOf"] = new JsonArray(text, alternative.DeepClone()) };
    }
}

/// <summary>A regular expression.</summary>
internal sealed class PatternShape : ScalarShape
{
    public override string Expected => "a .NET regular expression";

    protected override bool TryParse(YamlScalar scalar, BindingContext context, out object? value)
    {
        var pattern = new Pattern(scalar.Text);
        value = pattern;
        try
        {
            _ = pattern.ToRegex();
            return scalar.Text.Length > 0;
        }
        catch (RegexParseException e)
        {
            context.Report(scalar.Location, $"not a regular expression: {e.Message}");
            value = Told.Instance;
            return false;
        }
    }

    public override JsonObject Describe(SchemaDefinitions definitions) =>
        new() { ["type"] = new JsonArray("string", "number", "boolean"), ["minLength"] = 1 };
}

/// <summary>The value of a matrix variable or parameter: any single value.</summary>
internal sealed class VariableShape : ScalarShape
{
    public override string Expected => "a single value";

    protected override bool TryParse(YamlScalar scalar, BindingContext context, out object? value)
    {
        value = new VariableValue(scalar.Text, scalar.Plain);
        return true;
    }

    public override JsonObject Describe(SchemaDefinitions definitions) => new() { ["type"] = new JsonArray("string", "number", "boolean") };
}

/// <summary>A whole number.</summary>
internal sealed class NumberShape(RangeAttribute? range) : ScalarShape
{
    public override string Expected => range is null ? "a whole number" : $"a whole number from {range.Minimum} to {range.Maximum}";

    protected override bool TryParse(YamlScalar scalar, BindingContext context, out object? value)
    {
        var ok = int.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
        value = number;
        return ok && scalar.Plain && (range is null || range.IsValid(number));
    }

    public override JsonObject Describe(SchemaDefinitions definitions)
    {
        var schema = new JsonObject { ["type"] = "integer" };
        if (range is not null)
            (schema["minimum"], schema["maximum"]) = ((int)range.Minimum, (int)range.Maximum);
        return OrVariable(schema);
    }
}

/// <summary>true or false, and none of the other words that YAML once had for them.</summary>
internal sealed class FlagShape : ScalarShape
{
    public override string Expected => "true or false";

    protected override bool TryParse(YamlScalar scalar, BindingContext context, out object? value)
    {
        value = scalar.Text is "true" or "True" or "TRUE";
        return scalar.Plain && scalar.Text is "true" or "True" or "TRUE" or "false" or "False" or "FALSE";
    }

    public override JsonObject Describe(SchemaDefinitions definitions) => OrVariable(new() { ["type"] = "boolean" });
}

/// <summary>One of the members of an enumeration, in kebab case.</summary>
internal sealed class ChoiceShape(Type type) : ScalarShape
{
    private readonly IReadOnlyDictionary<string, object> members =
        Enum.GetValues(type).Cast<object>().ToDictionary(member => KebabCase.Of(member.ToString()!));

    public override string Expected => members.Count == 1 ? members.Keys.Single() : $"one of {string.Join(", ", members.Keys)}";

    protected override bool TryParse(YamlScalar scalar, BindingContext context, out object? value)
    {
        if (members.TryGetValue(scalar.Text, out value))
            return true;
        context.Report(scalar.Location, $"got {scalar.Noun}; expected {Expected}{Spelling.Hint(scalar.Text, members.Keys)}");
        value = Told.Instance;
        return false;
    }

    public override JsonObject Describe(SchemaDefinitions definitions) =>
        OrVariable(new() { ["enum"] = new JsonArray([.. members.Keys.Select(name => JsonValue.Create(name))]) });
}
