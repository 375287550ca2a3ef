using System.CommandLine;
using Kola.Scenarios.Model;

namespace Kola.Cli.Commands;

/// <summary><c>kola lint</c>: reads scenario files and tells everything that is wrong in them.</summary>
internal static class LintCommand
{
    public static Command Create()
    {
        var paths = Options.NoOptions(new("paths") { Description = "Files or folders. Default: all scenarios of the checkout.", Arity = ArgumentArity.ZeroOrMore });
        var command = new Command("lint", "Check scenario files and tell every error with its line and column.\nexit: 0 all are valid · 1 errors · 3 usage") { paths };
        command.SetAction(result =>
        {
            var given = result.GetValue(paths) ?? [];
            var catalog = ScenarioCatalog.Discover(Checkout.Find().Scenarios);
            try
            {
                var cases = catalog.Select(new() { Names = given });
                Console.WriteLine($"{cases.DistinctBy(c => c.Scenario.Path).Count()} scenario files are valid, {cases.Count} cases");
                return ExitCode.Passed;
            }
            catch (ScenarioException e) when (e.Problems.Count > 0)
            {
                foreach (var problem in e.Problems)
                    Console.Error.WriteLine(problem);
                Console.Error.WriteLine(e.Problems.Count == 1 ? "1 error" : $"{e.Problems.Count} errors");
                return ExitCode.Failed;
            }
        });
        return command;
    }
}
