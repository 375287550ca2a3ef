using System.CommandLine;
using Kola.Cli.Reporting;
using Kola.Cli.Terminal;
using Kola.Results.Events;

namespace Kola.Cli.Commands;

/// <summary><c>kola reproduce</c>: runs again what an earlier run tried, and says what is not as it was then.</summary>
internal static class ReproduceCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("run") { Description = "RUN (all of it that did not pass) or RUN/SCENARIO; a run by its folder, or by its name below .kola/runs." };
        var (keep, stop) = (Options.Keep(), Options.Break());
        var verbose = new Option<bool>("--verbose", "-v") { Description = "One line for every step." };
        var command = new Command("reproduce", "Run again what an earlier run tried, with its seed, settings and images, and say what differs from then.\nexit: as for kola run") { run, keep, stop, verbose };
        command.SetAction(async (result, cancellation) =>
        {
            var checkout = Checkout.Find();
            var again = Reproduction.Of(checkout, result.GetValue(run)!);
            var options = checkout.Options() with
            {
                Images = again.Images,
                Seed = again.Then.Seed,
                Settings = again.Settings,
                Hold = HoldPrompt.Of(result.GetValue(keep), result.GetValue(stop)),
            };
            checkout = await checkout.WithExternalAsync(again.External, again.Roles.Cast(checkout.Images), cancellation);
            var cases = checkout.OpenScenarios(again.Roles).Select(new() { Names = again.Scenarios, Settings = again.Settings });
            await using var progress = new Comparing(IRunProgress.For(json: false, result.GetValue(verbose), options.Hold is not null), again, Console.Error);
            return await RunCommand.RunAsync(cases, options, checkout.OpenImages(), progress, cancellation);
        });
        return command;
    }

    /// <summary>Tells the differences before the first machine starts: the plan is the first record.</summary>
    private sealed class Comparing(IRunProgress inner, Reproduction again, TextWriter output) : IRunProgress
    {
        public bool TellsReasons => inner.TellsReasons;

        public void Show(RunEvent record)
        {
            if (record is RunPlanned now)
            {
                string[] differences = [.. again.Differences(now)];
                output.WriteLine(differences is [] ? $"all is as in run {again.Then.Run}: Kola, host, images, scenario text, seed" : $"not as in run {again.Then.Run}:");
                foreach (var difference in differences)
                    output.WriteLine($"  {difference}");
            }

            inner.Show(record);
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
