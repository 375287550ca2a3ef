namespace Kola.Tests.Scenarios.Model;

/// <summary>The scenarios of this checkout.</summary>
internal static class ShippedScenarios
{
    public static string Folder { get; } = Path.Combine(Checkout.Root, "scenarios");

    public static IEnumerable<string> Files =>
        Directory.EnumerateFiles(Folder, "*.yaml", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder, file)).Order(StringComparer.Ordinal);
}
