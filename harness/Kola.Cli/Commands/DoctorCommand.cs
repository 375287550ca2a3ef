using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Kola.Cli.Terminal;
using Kola.Cli.Trials;
using Kola.Machines.Images;
using Kola.Machines.Inspection;
using Kola.Results.Events;
using Kola.Results.Trials;
using Kola.Scenarios.Runs;
using Spectre.Console;

namespace Kola.Cli.Commands;

/// <summary><c>kola doctor</c>: what this host has and lacks, and how to get it.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var json = Options.Json();
        var attempt = new Option<bool>("--try") { Description = "Boot, clone, update and cut the power of real machines, measure each, and print a report to paste into an issue. Under KVM about 3 minutes." };
        var image = new Option<string?>("--image") { Description = "With --try: boot and clone this image only. Default: the release in the field (roles of images/catalog.yaml), and its update.", HelpName = "NAME" };
        var build = new Option<bool>("--build") { Description = "With --try: build releases that are not there." };
        var roles = new RoleOptions();
        var command = new Command(
            "doctor",
            "Tell what this host has and lacks for booting machines, and how to get it.\nexit: 0 machines can be booted · 1 with --try: something failed or was slower than it should be · 2 something that every machine needs is missing, or not proven")
        {
            json, attempt, image, build,
        };
        roles.AddTo(command);
        command.SetAction(async (result, cancellation) =>
        {
            if (result.GetValue(attempt))
                return await TryAsync(result.GetValue(image), roles.Request(result), result.GetValue(build), result.GetValue(json), cancellation);
            var findings = await HostInspection.InspectAsync(State(), InstalledProgram.IsInstalled, TimeProvider.System, cancellation);
            if (result.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize(findings, DoctorJson.Default.IReadOnlyListHostFinding));
            else
                Print(findings);
            return findings.Any(f => f.Status == FindingStatus.Missing) ? ExitCode.NotProven : ExitCode.Passed;
        });
        return command;
    }

    private static async Task<int> TryAsync(string? image, RoleRequest roles, bool build, bool json, CancellationToken cancellation)
    {
        var checkout = Checkout.Find();
        var time = TimeProvider.System;
        using var trial = new HostTrial(image);
        var cases = checkout.OpenScenarios(roles).Select(new() { Names = trial.Files });
        await using var host = await ExecutionHost.OpenAsync(checkout.Locations.State, time, cancellation);
        var engine = new RunEngine(host, checkout.OpenImages(build: build), KolaVersion.Text, time);
        // One after the other: what is measured must not wait for its neighbour.
        var plan = await engine.PlanAsync(cases, checkout.Options() with { Jobs = 1 }, ImageProgressLines.OnStandardError(), cancellation);
        var events = new List<RunEvent>();
        await using var progress = IRunProgress.For(json: false, verbose: false);
        var run = await engine.ExecuteAsync(
            plan,
            record =>
            {
                events.Add(record);
                progress.Show(record);
            },
            cancellation);
        await progress.DisposeAsync();
        if (run.Interrupted)
            return ExitCode.Interrupted;
        var report = TrialReport.Of(events);
        if (json)
            Console.WriteLine(JsonSerializer.Serialize(report, DoctorJson.Default.TrialReport));
        else
            Console.Write(report.ToMarkdown([$"{RuntimeInformation.OSDescription}; {HostInspection.Processor()}; load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}", $"recorded in {run.Folder.Path}"]));
        return report.IsAsExpected ? ExitCode.Passed : run.Attempts.Any(attempt => attempt.Outcome == Outcome.Failed) || report.Failures is [] ? ExitCode.Failed : ExitCode.NotProven;
    }

    /// <summary>A host is looked at before there is a project, too: what is remembered of it goes where a project here would keep it, or to the temporary files.</summary>
    private static string State() =>
        (Checkout.TryFind()?.Locations ?? ImageLocations.FromEnvironment(Path.Combine(Path.GetTempPath(), $"kola-{Environment.UserName}"))).State;

    private static void Print(IReadOnlyList<HostFinding> findings)
    {
        var width = findings.Max(f => f.Subject.Length) + 2;
        foreach (var finding in findings)
        {
            var (colour, word) = finding.Status switch
            {
                FindingStatus.Ok => ("green", "ok"),
                FindingStatus.Degraded => ("yellow", "degraded"),
                FindingStatus.Optional => ("yellow", "optional"),
                _ => ("red", "missing"),
            };
            AnsiConsole.Markup($"[{colour}]{word,-9}[/] ");
            // Written past the markup: details are long and wrap better by the terminal itself, so that they can be copied.
            Console.WriteLine($"{finding.Subject.PadRight(width)}{finding.Detail}");
            if (finding.Remedy is not null)
                Console.WriteLine($"{new string(' ', 10 + width)}→ {finding.Remedy}");
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<HostFinding>))]
[JsonSerializable(typeof(TrialReport))]
internal sealed partial class DoctorJson : JsonSerializerContext;
