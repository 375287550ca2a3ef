namespace Kola.Tests.Scenarios.Model;

/// <summary>The scenarios of this checkout.</summary>
internal static class ShippedScenarios
{
    public static string Folder { get; } = Path.Combine(Root(AppContext.BaseDirectory), "scenarios");

    public static IEnumerable<string> Files =>
        Directory.EnumerateFiles(Folder, "*.yaml", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder, file)).Order(StringComparer.Ordinal);

    private static string Root(string folder) =>
        File.Exists(Path.Combine(folder, "Kola.sln")) ? folder : Root(Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("no checkout above the tests"));
}
