using Kola.Scenarios.Model;

namespace Kola.Cli.Commands;

/// <summary>What a project overrides of the scenario library, for people.</summary>
internal static class LibraryLines
{
    /// <summary>One line for each of the shown scenarios that stands in the place of the library's.</summary>
    public static IEnumerable<string> Of(ScenarioCatalog catalog, IEnumerable<Scenario> shown)
    {
        var paths = shown.Select(scenario => scenario.Path).ToHashSet();
        return catalog.Overridden.Where(pair => paths.Contains(pair.Own.Path)).Select(pair => $"{ShownPath.Of(pair.Own.Path)} overrides {pair.LibraryPath}");
    }
}
