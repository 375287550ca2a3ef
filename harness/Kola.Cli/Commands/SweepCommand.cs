using System.CommandLine;
using System.Globalization;
using Kola.Cli.Reporting;
using Kola.Cli.Terminal;
using Kola.Machines;
using Kola.Results.Sweeps;
using Kola.Scenarios.Model;
using Kola.Scenarios.Runs;
using Kola.Scenarios.Sweeps;

namespace Kola.Cli.Commands;

/// <summary><c>kola sweep</c>: cuts the power of an update at every write, or makes the disk of one such state again.</summary>
internal static class SweepCommand
{
    /// <summary>Scenarios that have it sweep an update.</summary>
    private const string Tag = "sweep";

    public static Command Create()
    {
        var names = new Argument<string[]>("scenario or run") { Description = "Scenarios that sweep an update; all with the tag 'sweep' when left out. A run that swept: its recording is judged again, without a machine.", Arity = ArgumentArity.ZeroOrMore };
        var roles = new RoleOptions();
        var budget = new Option<string?>("--budget") { Description = "For how long states are booted once all are judged by their disks. Default: what the scenario says.", HelpName = "20m" };
        var state = new Option<int?>("--state") { Description = "Make the disk of this state of an earlier sweep, and say what is on it.", HelpName = "NUMBER" };
        var boot = new Option<bool>("--boot") { Description = "Boot the state, with the firmware variables that the machine had, say how to log in, and attach when this is a terminal; only with --state." };
        var output = new Option<FileInfo?>("--output", "-o") { Description = "Where the disk of --state is linked to.", HelpName = "FILE" };
        var json = Options.Json();
        var command = new Command("sweep", "Record an update, and judge every state of the disk that a power cut during it can leave: the old release boots from it, or the new one.\nexit: as for kola run") { names, budget, state, boot, output, json };
        roles.AddTo(command);
        command.SetAction(async (result, cancellation) =>
        {
            var checkout = Checkout.Find();
            var given = result.GetValue(names) ?? [];
            if (result.GetValue(state) is { } number)
                return await ShowAsync(checkout, given, number, result.GetValue(output), result.GetValue(boot), cancellation);
            if (result.GetValue(boot))
                throw new InputException("--boot needs the state that is booted; expected such as kola sweep latest --state 217 --boot");
            if (given is [var earlier] && RecordedRuns.Find(checkout, earlier) is not null)
                return await JudgeAgainAsync(checkout, earlier, result.GetValue(json), cancellation);
            var settings = result.GetValue(budget) is { } time ? new Dictionary<string, string> { ["budget"] = time } : [];
            var cases = checkout.OpenScenarios(roles.Request(result)).Select(new() { Names = given, Tags = given is [] ? [Tag] : [], Settings = settings });
            var options = checkout.Options() with { Settings = settings };
            await using var progress = IRunProgress.For(result.GetValue(json), verbose: true);
            return await RunCommand.RunAsync(cases, options, checkout.OpenImages(), progress, cancellation);
        });
        return command;
    }

    private static async Task<int> JudgeAgainAsync(Checkout checkout, string run, bool json, CancellationToken cancellation)
    {
        var file = Result(checkout, run);
        var summary = await SweptState.JudgeAgainAsync(SweepSummary.Read(file), TimeProvider.System, cancellation);
        summary.Write(file);
        var picture = Path.Combine(Path.GetDirectoryName(file)!, SweepSummary.PictureName);
        SweepSvg.Of(summary).Save(picture);
        Raster.Paint(picture);
        Console.WriteLine(json ? File.ReadAllText(file) : summary.Sentence);
        if (!json)
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{summary.States} states, {summary.Judged} different disks, judged in {summary.JudgeSeconds:0.0} s: {file}"));
        return summary.Outcomes is { Undone: 0, Damaged: 0, Neither: 0 } ? ExitCode.Passed : ExitCode.Failed;
    }

    private static string Result(Checkout checkout, string run)
    {
        var folder = RecordedRuns.Folder(checkout, run);
        return Directory.EnumerateFiles(folder, SweepSummary.FileName, SearchOption.AllDirectories).Order(StringComparer.Ordinal).FirstOrDefault()
            ?? throw new InputException($"run {run} swept no update: there is no {SweepSummary.FileName} in {folder}; run kola sweep first");
    }

    private static async Task<int> ShowAsync(Checkout checkout, string[] given, int number, FileInfo? output, bool boot, CancellationToken cancellation)
    {
        if (given is not [var run])
            throw new InputException("--state needs the run that swept; expected such as kola sweep latest --state 217");
        var summary = SweepSummary.Read(Result(checkout, run));
        var found = await SweptState.MakeAsync(summary, number, cancellation);
        if (output is not null)
            File.CreateSymbolicLink(output.FullName, found.Disk);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"state {number}: {found.Cut}"));
        Console.WriteLine($"  {found.Outcome}");
        Console.WriteLine($"  disk: {found.Disk}");
        if (boot)
            return await BootAsync(checkout, summary, found, cancellation);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  boot it: kola sweep {run} --state {number} --boot"));
        return ExitCode.Passed;
    }

    private static async Task<int> BootAsync(Checkout checkout, SweepSummary summary, SweptState state, CancellationToken cancellation)
    {
        if (summary.Image is not { } name)
            throw new InputException("the sweep does not say which image it was of, as an older Kola recorded it; sweep again");
        var time = TimeProvider.System;
        var image = await checkout.OpenImages().ResolveAsync(name, ImageProgressLines.OnStandardError(), cancellation);
        await using var host = await ExecutionHost.OpenAsync(checkout.Locations.State, time, cancellation);
        var folder = RunFolder.Create(Path.Combine(checkout.Locations.State, "runs"), time);
        var definition = new MachineDefinition { Name = "machine", Image = name };
        await using var machine = await SpawnedMachine.StartSavedAsync(host, image, definition, state.Machine, state.Keys, folder.Path, new SpawnNarration(Console.Error, time).Show, cancellation);
        return await SpawnedSession.HoldAsync(machine, definition.Name, cancellation);
    }
}
