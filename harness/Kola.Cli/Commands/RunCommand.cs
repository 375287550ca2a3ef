using System.CommandLine;
using Kola.Cli.Reporting;
using Kola.Cli.Terminal;
using Kola.Machines.Images;
using Kola.Results.Events;
using Kola.Results.Markdown;
using Kola.Scenarios.Model;
using Kola.Scenarios.Runs;

namespace Kola.Cli.Commands;

/// <summary><c>kola run</c>: boots, provisions, carries out the steps, records what happened.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var selection = Options.Selection();
        var tags = Options.Tags();
        var settings = Options.Settings();
        var external = Options.External();
        var roles = new RoleOptions();
        var images = new Option<string[]>("--image") { Description = "Boot another image: NAME=OTHER where OTHER is a catalog name, NAME:RELEASE or a path. Repeatable.", HelpName = "NAME=OTHER" };
        var build = new Option<bool>("--build") { Description = "Build releases that the scenarios need and that are not there." };
        var jobs = Options.Positive(new Option<int?>("--jobs", "-j") { Description = "How many scenarios run at once at the most. Default: as many as CPUs and memory admit." });
        var repeat = Options.Positive(new Option<int?>("--repeat") { Description = "Run each scenario so many times: does it always pass? Default: once." });
        var seed = new Option<long?>("--seed") { Description = "Seed of every random choice. Default: a fresh one, which is shown." };
        var failFast = new Option<bool>("--fail-fast") { Description = "Start nothing more after the first scenario that does not pass." };
        var cold = new Option<bool>("--cold") { Description = "Boot every machine, also where a template could stand in for the boot." };
        var json = new Option<bool>("--json") { Description = "Print the event records as JSON lines instead of progress." };
        var (keep, stop) = (Options.Keep(), Options.Break());
        var verbose = new Option<bool>("--verbose", "-v") { Description = "One line for every step." };
        var command = new Command("run", "Run scenarios: all, or those named by file, folder, name or tag.\nexit: 0 all passed · 1 one failed · 2 not proven (host) · 3 usage · 130 interrupted")
        {
            selection, tags, settings, external, images, build, jobs, repeat, seed, failFast, cold, keep, stop, json, verbose,
        };
        roles.AddTo(command);
        command.SetAction(async (result, cancellation) =>
        {
            var checkout = Checkout.Find();
            var selected = Options.Select(result, selection, tags, settings);
            var options = checkout.Options() with
            {
                Images = Options.Parse(result.GetValue(images) ?? [], "--image", "debian-cloud=./other.qcow2"),
                Jobs = result.GetValue(jobs),
                Seed = result.GetValue(seed),
                FailFast = result.GetValue(failFast),
                Cold = result.GetValue(cold),
                Settings = selected.Settings,
                Hold = HoldPrompt.Of(result.GetValue(keep), result.GetValue(stop)),
            };
            var request = roles.Request(result);
            checkout = await checkout.WithExternalAsync(result.GetValue(external) ?? [], request.Cast(checkout.Images), cancellation);
            var cases = checkout.OpenScenarios(request).Select(selected);
            if (result.GetValue(repeat) is { } turns)
                cases = [.. cases.SelectMany(one => one.InTurns(turns))];
            await using var progress = IRunProgress.For(result.GetValue(json), result.GetValue(verbose), options.Hold is not null);
            return await RunAsync(cases, options, checkout.OpenImages(build: result.GetValue(build)), progress, cancellation);
        });
        return command;
    }

    internal static async Task<int> RunAsync(IReadOnlyList<ScenarioCase> cases, RunOptions options, ImageStore images, IRunProgress progress, CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        await using var host = await ExecutionHost.OpenAsync(options.StateFolder, time, cancellation);
        var engine = new RunEngine(host, images, KolaVersion.Text, time);
        var plan = await engine.PlanAsync(cases, options, ImageProgressLines.OnStandardError(), cancellation);
        var run = await engine.ExecuteAsync(plan, progress.Show, cancellation);
        await progress.DisposeAsync();
        RunSummary.Write(run, progress.TellsReasons, Console.Error);
        if (RunReports.TryWrite(run.Folder.Path, judged: null, Console.Error) is { } story)
            RunReports.Publish(MarkdownSummary.Of(story), Console.Error);
        await TraceExport.SendAsync(run.Folder.Path, Console.Error, time);
        return run switch
        {
            { Interrupted: true } => ExitCode.Interrupted,
            { Passed: true } => ExitCode.Passed,
            _ when run.Attempts.Any(a => a.Outcome == Outcome.Failed) => ExitCode.Failed,
            _ => ExitCode.NotProven,
        };
    }
}
