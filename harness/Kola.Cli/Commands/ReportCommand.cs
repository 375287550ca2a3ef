using System.CommandLine;
using Kola.Cli.Reporting;
using Kola.Machines;
using Kola.Machines.Host;
using Kola.Results.Allure;
using Kola.Results.JUnit;
using Kola.Results.Markdown;
using Kola.Results.Pages;
using Kola.Results.Tap;

namespace Kola.Cli.Commands;

/// <summary><c>kola report</c>: a run's reports, made anew from its event log.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("run") { Description = "A run's folder, or its name below .kola/runs.", DefaultValueFactory = _ => "latest" };
        var open = new Option<bool>("--open") { Description = "Open the page in a browser." };
        var page = new Option<bool>("--page") { Description = "Make the page alone." };
        var tap = new Option<bool>("--tap") { Description = "Print the run as TAP 14, and write nothing." };
        var command = new Command("report", "Make a run's reports from its event log: a page to look at (report.html), Allure, JUnit XML, TAP, Markdown.") { run, page, tap, open };
        command.SetAction(async (result, cancellation) =>
        {
            var checkout = Checkout.Find();
            var folder = Path.GetFullPath(RecordedRuns.Folder(checkout, result.GetValue(run)!));
            try
            {
                if (result.GetValue(tap))
                {
                    Console.Write(RunReports.Tap(folder));
                    return ExitCode.Passed;
                }

                if (result.GetValue(page))
                {
                    RunReports.WritePage(folder);
                    Tell(folder, RunPage.FileName);
                }
                else
                {
                    var story = RunReports.Write(folder);
                    Tell(folder, RunPage.FileName, AllureResults.FolderName, JUnitXml.FileName, TapReport.FileName, MarkdownSummary.FileName);
                    await RenderAsync(checkout, folder, $"Kola run {story.Plan.Run}", cancellation);
                }

                return result.GetValue(open) ? await OpenAsync(Path.Combine(folder, RunPage.FileName), cancellation) : ExitCode.Passed;
            }
            catch (InvalidDataException e)
            {
                throw new InputException(e.Message);
            }
        });
        return command;
    }

    /// <summary>Allure's page, for those who have Allure.</summary>
    private static async Task RenderAsync(Checkout checkout, string folder, string name, CancellationToken cancellation)
    {
        if (AllureProgram.Find(checkout.Locations) is not { } allure)
        {
            Console.Error.WriteLine($"kola: Allure's page was not made, as the Allure command line is not here: {AllureProgram.Remedy(checkout.Locations)}");
            return;
        }

        var page = Path.Combine(folder, "report", "index.html");
        await using (var history = await AllureHistory.OpenAsync(checkout.Locations.State, name, Console.Error, TimeProvider.System, cancellation))
            await allure.RenderAsync(Path.Combine(folder, AllureResults.FolderName), Path.GetDirectoryName(page)!, name, history.Path, cancellation);
        Tell(folder, "report/index.html");
    }

    private static async Task<int> OpenAsync(string page, CancellationToken cancellation)
    {
        if (Executables.Find("xdg-open") is not { } opener)
            throw new HostException($"xdg-open is not installed; open {page} in a browser");
        await CliWrap.Cli.Wrap(opener).WithArguments([page]).ExecuteAsync(cancellation);
        return ExitCode.Passed;
    }

    private static void Tell(string folder, params IEnumerable<string> names)
    {
        foreach (var name in names)
            Console.WriteLine(Path.Combine(folder, name));
    }
}
