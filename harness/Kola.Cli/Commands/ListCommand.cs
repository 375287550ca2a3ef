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
        var roles = new RoleOptions();
        var command = new Command("list", "List scenarios: all, or those named by file, folder, name or tag. With releases in roles it tells which do not apply to them, and why.") { selection, tags, settings, external, library, json };
        roles.AddTo(command);
        command.SetAction(async (result, cancellation) =>
        {
            var request = roles.Request(result);
            var named = RoleOptions.Names(request);
            if (named && result.GetValue(library))
                throw new InputException("--library lists what comes with Kola, whatever the release; leave it out to see which of this project's scenarios apply to a release");
            var project = result.GetValue(library) ? null : await ProjectAsync(result.GetValue(external) ?? [], request, cancellation);
            var catalog = project?.OpenScenarios(request) ?? Library();
            var cases = catalog.Select(Options.Select(result, selection, tags, settings));
            var fits = named ? await ReleaseFit.OfAsync(cases, project!.OpenImages(), cancellation) : null;
            if (result.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize([.. cases.Select(one => ListedScenario.Of(one, catalog, fits?[one.Id]))], ListJson.Default.IReadOnlyListListedScenario));
            else
                Print(cases, fits);
            // Not among the scenarios: scripts read those.
            foreach (var line in LibraryLines.Of(catalog, cases.Select(one => one.Scenario)))
                Console.Error.WriteLine(line);
            return ExitCode.Passed;
        });
        return command;
    }

    private static Task<Checkout> ProjectAsync(string[] external, RoleRequest roles, CancellationToken cancellation) =>
        Checkout.Find() is var checkout && external is [] ? Task.FromResult(checkout) : checkout.WithExternalAsync(external, roles.Cast(checkout.Images), cancellation);

    private static ScenarioCatalog Library() =>
        ScenarioCatalog.Discover(InstalledProgram.Library ?? throw new InputException("this kola has no scenario library; install the package that ci/package makes, or set KOLA_LIBRARY_DIR to a folder of scenarios"));

    /// <param name="fits">Whether they apply, by their ids; <see langword="null"/>: no release was named.</param>
    private static void Print(IReadOnlyList<ScenarioCase> cases, IReadOnlyDictionary<string, ReleaseFit>? fits)
    {
        if (Console.IsOutputRedirected)
        {
            foreach (var scenario in cases)
                Console.WriteLine($"{scenario.Id}\t{string.Join(',', scenario.Scenario.Tags)}\t{scenario.Scenario.Summary}{(fits is null ? "" : $"\t{Applies(fits[scenario.Id])}")}");
            return;
        }

        var table = new Table().Border(TableBorder.None).AddColumn("scenario").AddColumn("tags").AddColumn("summary");
        if (fits is not null)
            table.AddColumn("applies");
        foreach (var scenario in cases)
            table.AddRow([
                Markup.Escape(scenario.Id), $"[grey]{Markup.Escape(string.Join(' ', scenario.Scenario.Tags))}[/]", Markup.Escape(scenario.Scenario.Summary),
                .. fits is null ? Array.Empty<string>() : [Markup.Escape(Applies(fits[scenario.Id]))],
            ]);
        AnsiConsole.Write(table);
    }

    private static string Applies(ReleaseFit fit) => fit.Applies switch
    {
        true => "yes",
        false => $"no: {fit.Reason}",
        null => $"not known: {fit.Reason}",
    };
}

/// <summary>A scenario as <c>kola list --json</c> tells it.</summary>
/// <param name="Library">Its path within the library; missing where it is the project's own.</param>
/// <param name="Overrides">The library's scenario in whose place it stands; missing where it stands in none's.</param>
/// <param name="Applies">Whether it applies to the releases in their roles; missing where that is not known, or no release was named.</param>
/// <param name="Reason">Why it does not, or why that is not known.</param>
internal sealed record ListedScenario(string Id, string Name, string Summary, IReadOnlyList<string> Tags, IReadOnlyDictionary<string, string> Matrix, string File, IReadOnlyList<string> Images, string? Library, string? Overrides, bool? Applies, string? Reason)
{
    public static ListedScenario Of(ScenarioCase c, ScenarioCatalog catalog, ReleaseFit? fit) => new(
        c.Id, c.Scenario.Name, c.Scenario.Summary, c.Scenario.Tags, c.Matrix, c.Scenario.Path, [.. c.Machines.Select(m => m.Image!).Distinct()],
        c.Scenario.LibraryPath, catalog.Overridden.FirstOrDefault(pair => pair.Own.Path == c.Scenario.Path)?.LibraryPath, fit?.Applies, fit?.Reason);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<ListedScenario>))]
internal sealed partial class ListJson : JsonSerializerContext;
