using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Kola.Scenarios.Model;
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
        var json = Options.Json();
        var command = new Command("list", "List scenarios: all, or those named by file, folder, name or tag.") { selection, tags, settings, json };
        command.SetAction(result =>
        {
            var cases = Checkout.Find().OpenScenarios().Select(Options.Select(result, selection, tags, settings));
            if (result.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize([.. cases.Select(ListedScenario.Of)], ListJson.Default.IReadOnlyListListedScenario));
            else
                Print(cases);
            return ExitCode.Passed;
        });
        return command;
    }

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
internal sealed record ListedScenario(string Id, string Name, string Summary, IReadOnlyList<string> Tags, IReadOnlyDictionary<string, string> Matrix, string File, IReadOnlyList<string> Images)
{
    public static ListedScenario Of(ScenarioCase c) => new(
        c.Id, c.Scenario.Name, c.Scenario.Summary, c.Scenario.Tags, c.Matrix, c.Scenario.Path, [.. c.Machines.Select(m => m.Image!).Distinct()]);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<ListedScenario>))]
internal sealed partial class ListJson : JsonSerializerContext;
