using System.Text.RegularExpressions;

namespace Kola.Yaml;

/// <summary>Names of C# as files write them: <c>AllowFailedUnits</c> is <c>allow-failed-units</c>.</summary>
public static partial class KebabCase
{
    public static string Of(string name) => Boundary().Replace(name, "-").ToLowerInvariant();

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex Boundary();
}
