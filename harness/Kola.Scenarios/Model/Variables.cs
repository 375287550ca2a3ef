using System.Text.RegularExpressions;
using Kola.Machines.Images.Catalog;
using Kola.Scenarios.Model.Values;
using Kola.Yaml;
using Kola.Yaml.Nodes;

namespace Kola.Scenarios.Model;

/// <summary>Replaces <c>${name}</c>. <c>$${</c> stands for <c>${</c> itself.</summary>
internal static partial class Variables
{
    private const string UnitPrefix = "unit.";

    public const string NamePattern = "^[a-z][a-z0-9-]*$";

    /// <summary>A text that is a variable and nothing else.</summary>
    public const string WholePattern = @"^\$\{[a-z][a-z0-9-]*\}$";

    /// <summary>
    /// What stands for the name of a unit in each machine, such as <c>unit.ssh</c>. It is replaced when the text reaches the machine, whose image
    /// says the name.
    /// </summary>
    public static bool IsUnit(string name) => name.StartsWith(UnitPrefix, StringComparison.Ordinal);

    /// <returns><see langword="null"/>: no unit has such a role.</returns>
    public static UnitRole? UnitOf(string name) => IsUnit(name) ? EnumWords.Parse<UnitRole>(name[UnitPrefix.Length..]) : null;

    /// <summary>The text with the names of a machine's units.</summary>
    /// <param name="named">The full name of a unit by its role's word.</param>
    public static string WithUnits(string text, Func<string, string> named) => Unit().Replace(text, match => named(match.Groups["role"].Value));

    /// <summary>Every <c>${…}</c> in a text, as what stands between the braces.</summary>
    public static IEnumerable<string> References(string text) =>
        Reference().Matches(text).Where(match => !match.Groups["escape"].Success).Select(match => match.Groups["name"].Value);

    /// <summary>All single values of a tree, keys too.</summary>
    public static IEnumerable<YamlScalar> Scalars(YamlNode node) => node switch
    {
        YamlMapping mapping => mapping.Entries.SelectMany(entry => Scalars(entry.Value).Prepend(entry.Key)),
        YamlSequence sequence => sequence.Items.SelectMany(Scalars),
        _ => [(YamlScalar)node],
    };

    /// <summary>The tree with variables replaced; a text that needs an unknown one becomes unresolved.</summary>
    public static YamlNode Substitute(YamlNode node, IReadOnlyDictionary<string, VariableValue> values) => node switch
    {
        YamlMapping mapping => mapping with
        {
            Entries = [.. mapping.Entries.Select(entry => new YamlEntry(Replace(entry.Key, values), Substitute(entry.Value, values)))],
        },
        YamlSequence sequence => sequence with { Items = [.. sequence.Items.Select(item => Substitute(item, values))] },
        _ => Replace((YamlScalar)node, values),
    };

    private static YamlScalar Replace(YamlScalar scalar, IReadOnlyDictionary<string, VariableValue> values)
    {
        if (!scalar.Text.Contains("${", StringComparison.Ordinal))
            return scalar;
        if (References(scalar.Text).Any(name => !values.ContainsKey(name) && !IsUnit(name)))
            return scalar with { Unresolved = true };

        // A value that is just the variable takes the variable's type, in quotes or not: braces force quotes within { }.
        if (Whole().Match(scalar.Text) is { Success: true } whole && values[whole.Groups["name"].Value] is var value)
            return scalar with { Text = value.Text, Plain = value.Plain };
        var text = Reference().Replace(scalar.Text, match => match.Groups["escape"].Success ? "${" : IsUnit(match.Groups["name"].Value) ? match.Value : values[match.Groups["name"].Value].Text);
        return scalar with { Text = text, Plain = false };
    }

    [GeneratedRegex(@"(?<escape>\$\$\{)|\$\{(?<name>[^}\n]*)\}?")]
    private static partial Regex Reference();

    [GeneratedRegex(@"\$\{unit\.(?<role>[a-z-]+)\}")]
    private static partial Regex Unit();

    [GeneratedRegex(@"^\$\{(?<name>[a-z][a-z0-9-]*)\}\z")]
    private static partial Regex Whole();
}
