using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using Kola.Machines;
using Kola.Scenarios.Model;

namespace Kola.Cli.Commands;

/// <summary>Options that several commands share.</summary>
internal static class Options
{
    public static Argument<string[]> Selection()
    {
        var names = NoOptions(new("scenarios")
        {
            Description = "Files, folders, names or ids (boot.uefi, 'boot.uefi[tpm=true]', 'boot.*'). Default: all.",
            Arity = ArgumentArity.ZeroOrMore,
            // Help would show all that a shell can complete instead.
            HelpName = "scenarios",
        });
        names.CompletionSources.Add(_ => Suggested());
        return names;
    }

    /// <summary>The names of the scenarios that there are. A project with errors has none to offer: nothing is reported in the middle of a command line.</summary>
    private static IEnumerable<CompletionItem> Suggested()
    {
        try
        {
            return [.. (Checkout.TryFind()?.OpenScenarios().Scenarios ?? []).Select(scenario => new CompletionItem(scenario.Name))];
        }
        catch (InputException)
        {
            return [];
        }
    }

    /// <summary>An argument that takes any number of words takes a misspelt option, too, and would look for a scenario of that name.</summary>
    public static Argument<string[]> NoOptions(Argument<string[]> argument)
    {
        argument.Validators.Add(result =>
        {
            foreach (var word in result.Tokens.Select(token => token.Value).Where(word => word.StartsWith('-')))
                result.AddError($"unknown option {word}");
        });
        return argument;
    }

    /// <summary>Refuses numbers below 1.</summary>
    public static Option<T> Positive<T>(Option<T> option)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var given }, ..] && int.TryParse(given, CultureInfo.InvariantCulture, out var number) && number < 1)
                result.AddError($"{option.Name} {given}: expected 1 or more");
        });
        return option;
    }

    public static Option<string[]> Tags() => new("--tag", "-t")
    {
        Description = "Only scenarios that have this tag. Repeatable: any of them.",
    };

    public static Option<string[]> External() => new("--external", "-E")
    {
        Description = "Also the external tests of this project, as coreos-assembler's kola has them: every executable below DIR/tests/kola. They are named ext.PROJECT.NAME. Repeatable.",
        HelpName = "DIR",
    };

    public static Option<string[]> Settings() => new("--set")
    {
        Description = "Value of a scenario's parameter, or of a matrix variable to keep to. Repeatable.",
        HelpName = "NAME=VALUE",
    };

    /// <summary>What the three options above select.</summary>
    public static ScenarioSelection Select(ParseResult result, Argument<string[]> names, Option<string[]> tags, Option<string[]> settings) => new()
    {
        Names = result.GetValue(names) ?? [],
        Tags = result.GetValue(tags) ?? [],
        Settings = Parse(result.GetValue(settings) ?? [], "--set", "size=2GiB"),
    };

    public static Option<bool> Keep() => new("--keep") { Description = "Leave the machines up after the scenario until Enter or Ctrl-C, and print how to log in. One scenario at a time." };

    public static Option<string?> Break() => new("--break")
    {
        Description = "Stop before this step until Enter (Ctrl-C ends the run), and print how to log in: a number, a step's name, or a kind that is there once.",
        HelpName = "STEP",
    };

    public static Option<bool> Json() => new("--json") { Description = "Print JSON for scripts." };

    /// <summary>Splits <c>NAME=VALUE</c> pairs.</summary>
    /// <exception cref="InputException">One has no <c>=</c>, or a name is given twice.</exception>
    public static IReadOnlyDictionary<string, string> Parse(IEnumerable<string> pairs, string option, string example)
    {
        var values = new Dictionary<string, string>();
        foreach (var pair in pairs)
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
                throw new InputException($"{option} {pair}: expected NAME=VALUE, such as {option} {example}");
            if (!values.TryAdd(pair[..at], pair[(at + 1)..]))
                throw new InputException($"{option} {pair}: '{pair[..at]}' is given twice; give it once");
        }

        return values;
    }
}
