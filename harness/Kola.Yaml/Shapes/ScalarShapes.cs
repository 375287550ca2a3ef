using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json.Nodes;
using Kola.Yaml.Binding;
using Kola.Yaml.Nodes;
using Kola.Yaml.Values;

namespace Kola.Yaml.Shapes;

/// <summary>A single value.</summary>
public abstract class ScalarShape : Shape
{
    public override bool Accepts(YamlNode node) => node is YamlScalar;

    public override bool TryBind(YamlNode node, BindingContext context, out object? value)
    {
        value = null;
        return node is YamlScalar { IsNull: false, Unresolved: false } scalar && TryParse(scalar, context, out value)
            || (value is not AlreadyReported && Refuse(node, context, out value));
    }

    /// <summary>Reads the value; <see cref="AlreadyReported"/> as the value when a problem was reported.</summary>
    protected abstract bool TryParse(YamlScalar scalar, BindingContext context, out object? value);

    /// <summary>Stands for a value whose problem was reported already.</summary>
    protected sealed class AlreadyReported
    {
        public static readonly AlreadyReported Instance = new();
    }
}

/// <summary>Any text; numbers and truth values are taken as they are written.</summary>
/// <param name="formats">What it must match.</param>
/// <param name="names">What it must be one of; <see langword="null"/>: anything.</param>
/// <param name="reference">What of the document's it names; <see langword="null"/>: nothing.</param>
/// <param name="file">Whether it is the path of a file.</param>
/// <param name="words">What words may stand for it; <see langword="null"/>: none.</param>
public sealed class TextShape(IReadOnlyList<FormatAttribute> formats, IReadOnlyList<string>? names, string? reference, bool file, string? words) : ScalarShape
{
    public override string Expected =>
        reference is not null ? $"the name of a {reference}"
        : file ? "the path of a file, relative to this file"
        : names is not null ? $"one of {string.Join(", ", names)}"
        : formats is [var format, ..] ? format.Expected
        : "a text";

    protected override bool TryParse(YamlScalar scalar, BindingContext context, out object? value)
    {
        value = file ? context.Resolve(scalar) ?? (object)AlreadyReported.Instance : context.Meaning(words, scalar);
        var known = reference is not null ? context.Names(reference) : names;
        if (known is not null && !known.Contains(scalar.Text))
        {
            var what = reference is not null ? $"no {reference} is called '{scalar.Text}'" : $"'{scalar.Text}' is unknown";
            context.Report(scalar.Location, $"{what}; expected one of {string.Join(", ", known)}{Spelling.Hint(scalar.Text, known)}");
            value = AlreadyReported.Instance;
        }

        return value is not AlreadyReported && formats.All(format => format.IsMatch(scalar.Text));
    }

    public override JsonObject Describe(SchemaDefinitions definitions)
    {
        if (names is not null)
            return definitions.OrVariable(new JsonObject { ["enum"] = new JsonArray([.. names.Select(name => JsonValue.Create(name))]) });
        if (reference is not null || file)
            return new() { ["type"] = "string", ["minLength"] = 1 };
        return formats switch
        {
            [] => new() { ["type"] = new JsonArray("string", "number", "boolean") },
            [var format] => Describe(format, definitions),
            _ => new() { ["allOf"] = new JsonArray([.. formats.Select(format => Describe(format, definitions))]) },
        };
    }

    private static JsonObject Describe(FormatAttribute format, SchemaDefinitions definitions) => new()
    {
        // Editors see 'true' or '1' without quotes as no text.
        ["type"] = format.IsMatch("true") && format.IsMatch("1") ? new JsonArray("string", "number", "boolean") : "string",
        ["pattern"] = format.Literal ? format.Pattern : definitions.OrVariable(format.Pattern),
    };
}

/// <summary>A value with its own written form: a size, a duration, a regular expression.</summary>
/// <param name="form">How it is written.</param>
/// <param name="parse">The value, or <see langword="null"/> when the text is not one.</param>
/// <param name="explain">Why a text is not one, where more can be said than what was expected.</param>
public sealed class WrittenShape(WrittenForm form, Func<string, object?> parse, Func<string, string?>? explain = null) : ScalarShape
{
    public override string Expected => form.Expected;

    protected override bool TryParse(YamlScalar scalar, BindingContext context, out object? value)
    {
        value = parse(scalar.Text);
        if (value is not null)
            return true;
        if (explain?.Invoke(scalar.Text) is { } reason)
        {
            context.Report(scalar.Location, reason);
            value = AlreadyReported.Instance;
        }

        return false;
    }

    public override JsonObject Describe(SchemaDefinitions definitions)
    {
        // Editors see 'true' or '1' without quotes as no text.
        if (form.Pattern is null)
            return new() { ["type"] = new JsonArray("string", "number", "boolean"), ["minLength"] = 1 };
        var text = new JsonObject { ["type"] = "string", ["pattern"] = definitions.OrVariable(form.Pattern) };
        return form.AlsoNumber is not { } number
            ? text
            : new() { ["anyOf"] = new JsonArray(text, new JsonObject { ["type"] = "integer", ["minimum"] = number.Least, ["maximum"] = number.Most }) };
    }
}

/// <summary>A whole number.</summary>
public sealed class NumberShape(RangeAttribute? range) : ScalarShape
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
        return definitions.OrVariable(schema);
    }
}

/// <summary>true or false, and none of the other words that YAML once had for them.</summary>
public sealed class FlagShape : ScalarShape
{
    public override string Expected => "true or false";

    protected override bool TryParse(YamlScalar scalar, BindingContext context, out object? value)
    {
        value = scalar.Text is "true" or "True" or "TRUE";
        return scalar.Plain && scalar.Text is "true" or "True" or "TRUE" or "false" or "False" or "FALSE";
    }

    public override JsonObject Describe(SchemaDefinitions definitions) => definitions.OrVariable(new JsonObject { ["type"] = "boolean" });
}

/// <summary>One of the members of an enumeration, in kebab case.</summary>
/// <param name="type">The enumeration.</param>
/// <param name="allowed">Its members that may be written; <see langword="null"/>: all.</param>
public sealed class ChoiceShape(Type type, IReadOnlyList<object?>? allowed = null) : ScalarShape
{
    private readonly IReadOnlyDictionary<string, object> members =
        Enum.GetValues(type).Cast<object>().Where(member => allowed?.Contains(member) ?? true).ToDictionary(member => KebabCase.Of(member.ToString()!));

    public override string Expected => members.Count == 1 ? members.Keys.Single() : $"one of {string.Join(", ", members.Keys)}";

    protected override bool TryParse(YamlScalar scalar, BindingContext context, out object? value)
    {
        if (members.TryGetValue(scalar.Text, out value))
            return true;
        context.Report(scalar.Location, $"got {scalar.Noun}; expected {Expected}{Spelling.Hint(scalar.Text, members.Keys)}");
        value = AlreadyReported.Instance;
        return false;
    }

    public override JsonObject Describe(SchemaDefinitions definitions) =>
        definitions.OrVariable(new JsonObject { ["enum"] = new JsonArray([.. members.Keys.Select(name => JsonValue.Create(name))]) });
}
