using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Kola.Machines.Images;
using Kola.Machines.Inspection;
using Spectre.Console;

namespace Kola.Cli.Commands;

/// <summary><c>kola doctor</c>: what this host has and lacks, and how to get it.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var json = Options.Json();
        var command = new Command("doctor", "Tell what this host has and lacks for booting machines, and how to get it.\nexit: 0 machines can be booted · 2 something that every machine needs is missing") { json };
        command.SetAction(async (result, cancellation) =>
        {
            var findings = await HostInspection.InspectAsync(State(), TimeProvider.System, cancellation);
            if (result.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize(findings, DoctorJson.Default.IReadOnlyListHostFinding));
            else
                Print(findings);
            return findings.Any(f => f.Status == FindingStatus.Missing) ? ExitCode.NotProven : ExitCode.Passed;
        });
        return command;
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
internal sealed partial class DoctorJson : JsonSerializerContext;
