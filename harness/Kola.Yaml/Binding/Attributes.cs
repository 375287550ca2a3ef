using System.Text.RegularExpressions;

namespace Kola.Yaml.Binding;

/// <summary>The key that tells a member of a union, such as <c>run</c> among the steps.</summary>
/// <remarks>
/// Without <see cref="Value"/> the key holds a mapping of the record's own properties, and inherited properties stand beside the key. With it, the
/// key's value is that one property, and all others stand beside the key.
/// </remarks>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class KeywordAttribute(string key) : Attribute
{
    public string Key { get; } = key;

    /// <summary>Name of the property that the key's value sets.</summary>
    public string? Value { get; init; }

    /// <summary>Whether the key may be written without a value (<c>power-off:</c>).</summary>
    public bool ValueOptional { get; init; }
}

/// <summary>A member of a union, or each that implements the interface, does not have these inherited keys.</summary>
/// <param name="properties">Names of the properties.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Interface)]
public abstract class OmitsAttribute(params string[] properties) : Attribute
{
    public IReadOnlyList<string> Properties { get; } = properties;
}

/// <summary>The type has a shape of its own, for what attributes cannot say.</summary>
/// <param name="shape">A <c>Shape</c> with a constructor without parameters.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
public sealed class ShapeAttribute(Type shape) : Attribute
{
    public Type Shape { get; } = shape;
}

/// <summary>The key in files, where it is not the property's name in kebab case.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class KeyAttribute(string key) : Attribute
{
    public string Key { get; } = key;
}

/// <summary>A scalar or list written where the record's mapping could stand sets this property.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ShorthandAttribute : Attribute;

/// <summary>The keys of this property's record are written among the keys of the record that has the property.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FlattenAttribute : Attribute;

/// <summary>Set by the loader, not written in a file.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class UnwrittenAttribute : Attribute;

/// <summary>The text is a name that the same document declares.</summary>
/// <param name="noun">What is named, such as <c>machine</c>; the binding context knows the names.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ReferenceAttribute(string noun) : Attribute
{
    public string Noun { get; } = noun;
}

/// <summary>The text (or each key of a map, with <see cref="Keys"/>) may be a word that stands for another text, which is bound in its place.</summary>
/// <param name="noun">What the words stand for, such as <c>release</c>; the binding context knows them.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class StandsForAttribute(string noun) : Attribute
{
    public string Noun { get; } = noun;

    public bool Keys { get; init; }
}

/// <summary>The text is the path of an existing file, relative to the file that names it; it is bound as an absolute path.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FilePathAttribute : Attribute;

/// <summary>The text (or each key of a map, with <see cref="Keys"/>) must match a regular expression that JSON Schema understands too.</summary>
/// <param name="pattern">Anchored expression of the ECMA-262 subset.</param>
/// <param name="expected">What the expression asks for, in words.</param>
[AttributeUsage(AttributeTargets.Property, AllowMultiple = true)]
public sealed class FormatAttribute(string pattern, string expected) : Attribute
{
    private Regex? compiled;

    public string Pattern { get; } = pattern;

    public string Expected { get; } = expected;

    public bool Keys { get; init; }

    /// <summary>Whether no variable can stand in the text.</summary>
    public bool Literal { get; init; }

    /// <summary>As JavaScript reads the expression, whose <c>$</c> is the very end.</summary>
    public bool IsMatch(string text) =>
        (compiled ??= new(Pattern.EndsWith('$') ? $@"{Pattern[..^1]}\z" : Pattern, RegexOptions.CultureInvariant)).IsMatch(text);
}

/// <summary>The text is one of the names that a static property of a type lists.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OneOfAttribute(Type type, string property) : Attribute
{
    public Type Type { get; } = type;

    public string Property { get; } = property;

    public IReadOnlyList<string> Names => (IReadOnlyList<string>)Type.GetProperty(Property)!.GetValue(null)!;
}

/// <summary>A value as it would be written in a file; shown by editors.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Class | AttributeTargets.Struct, AllowMultiple = true)]
public sealed class ExampleAttribute(string yaml) : Attribute
{
    public string Yaml { get; } = yaml;
}

/// <summary>A list, map or record with at least one entry.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Class)]
public sealed class NotEmptyAttribute : Attribute;

/// <summary>Exactly one of these keys is written (at most one, with <see cref="Optional"/>).</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class ExactlyOneOfAttribute(params string[] keys) : Attribute
{
    public IReadOnlyList<string> Keys { get; } = keys;

    public bool Optional { get; init; }

    /// <summary>The key that they go with: exactly one of them where it is written, none where it is not.</summary>
    public string? With { get; init; }
}

/// <summary>These keys are written only where another one is.</summary>
/// <param name="key">The other one.</param>
/// <param name="keys">What may go with it.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class OnlyWithAttribute(string key, params string[] keys) : Attribute
{
    public string Key { get; } = key;

    public IReadOnlyList<string> Keys { get; } = keys;
}
