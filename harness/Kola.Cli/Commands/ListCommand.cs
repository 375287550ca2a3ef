using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Kola.Machines;
using Kola.Scenarios.Model;
using Kola.Scenarios.Runs;
using Spectre.Console;

namespace Kola.Cli.Commands;

/// <summary><c>kola list</c>: which scenarios there are, at which points of their matrices.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        var selection = Options.Selection();
        var tags = Options.Tags();
        var settings = Options.Settings();
        var external = Options.External();
        var library = new Option<bool>("--library") { Description = "List what comes with Kola, from which ci/gate.yaml takes scenarios by 'library:'. Needs no project." };
        var json = Options.Json();
        var command = new Command("list", "List scenarios: all, or those named by file, folder, name or tag.") { selection, tags, settings, external, library, json };
        command.SetAction(async (result, cancellation) =>
        {
            var catalog = result.GetValue(library) ? Library() : (await ProjectAsync(result.GetValue(external) ?? [], cancellation)).OpenScenarios();
            var cases = catalog.Select(Options.Select(result, selection, tags, settings));
            if (result.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize([.. cases.Select(one => ListedScenario.Of(one, catalog))], ListJson.Default.IReadOnlyListListedScenario));
            else
                Print(cases);
            // Not among the scenarios: scripts read those.
            foreach (var line in LibraryLines.Of(catalog, cases.Select(one => one.Scenario)))
                Console.Error.WriteLine(line);
            return ExitCode.Passed;
        });
        return command;
    }

    private static Task<Checkout> ProjectAsync(string[] external, CancellationToken cancellation) =>
        Checkout.Find() is var checkout && external is [] ? Task.FromResult(checkout) : checkout.WithExternalAsync(external, new RoleRequest().Cast(checkout.Images), cancellation);

    private static ScenarioCatalog Library() =>
        ScenarioCatalog.Discover(InstalledProgram.Library ?? throw new InputException("this kola has no scenario library; install the package that ci/package makes, or set KOLA_LIBRARY_DIR to a folder of scenarios"));

    private static void Print(IReadOnlyList<ScenarioCase> cases)
    {
        if (Console.IsOutputRedirected)
        {
            foreach (var scenario in cases)
                Console.WriteLine($"{scenario.Id}\t{string.Join(',', scenario.Scenario.Tags)}\t{scenario.Scenario.Summary}");
            return;
        }

        var table = new Table().Border(TableBorder.None).AddColumn("scenario").AddColumn("tags").AddColumn("summary");
        foreach (var scenario in cases)
            table.AddRow(Markup.Escape(scenario.Id), $"[grey]{Markup.Escape(string.Join(' ', scenario.Scenario.Tags))}[/]", Markup.Escape(scenario.Scenario.Summary));
        AnsiConsole.Write(table);
    }
}

/// <summary>A scenario as <c>kola list --json</c> tells it.</summary>
/// <param name="Library">Its path within the library; missing where it is the project's own.</param>
/// <param name="Overrides">The library's scenario in whose place it stands; missing where it stands in none's.</param>
internal sealed record ListedScenario(string Id, string Name, string Summary, IReadOnlyList<string> Tags, IReadOnlyDictionary<string, string> Matrix, string File, IReadOnlyList<string> Images, string? Library, string? Overrides)
{
    public static ListedScenario Of(ScenarioCase c, ScenarioCatalog catalog) => new(
        c.Id, c.Scenario.Name, c.Scenario.Summary, c.Scenario.Tags, c.Matrix, c.Scenario.Path, [.. c.Machines.Select(m => m.Image!).Distinct()],
        c.Scenario.LibraryPath, catalog.Overridden.FirstOrDefault(pair => pair.Own.Path == c.Scenario.Path)?.LibraryPath);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<ListedScenario>))]
internal sealed partial class ListJson : JsonSerializerContext;
