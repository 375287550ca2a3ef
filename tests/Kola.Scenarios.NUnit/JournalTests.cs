using System.Text.Json.Nodes;
using FluentAssertions;
using Kola.Results.Events;
using NUnit.Framework;

namespace Kola.Scenarios.NUnit;

/// <summary>What a guest streams of its journal is on the host, whatever becomes of the guest.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class JournalTests
{
    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [Test, Category("journal")]
    public async Task The_journal_of_every_boot_is_there_from_the_kernels_first_line_to_the_last_one_before_the_power_was_cut()
    {
        using var folder = new ScenarioText("""
            scenario: journal.power-cut
            summary: Writes to its journal and loses its power
            timeout: 10m
            image: kola-os
            machines:
              node: {}
            steps:
              # journald tells its followers up to 250 ms late.
              - run: logger last words of the first boot; sleep 2
              - power-cut:
              - power-on:
              - run: logger words of the second boot; sleep 2
            """);

        var run = await ScenarioSession.RunAsync(folder.Case, Stop);

        run.Attempts.Should().ContainSingle().Which.Outcome.Should().Be(Outcome.Passed, "{0}", run.Attempts[0].Reason);
        var file = run.Attempts[0].Files.Single(name => name.EndsWith("node/journal.jsonl", StringComparison.Ordinal));
        var lines = (await File.ReadAllLinesAsync(Path.Combine(run.Folder.Path, file), Stop)).Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        var said = lines.Select(line => (string?)line["kola"] ?? $"{line["MESSAGE"]}").ToList();
        said.Where(text => text is "boot" or "power-cut").Should().Equal("boot", "power-cut", "boot");
        said.IndexOf("last words of the first boot").Should().BeInRange(said.IndexOf("boot"), said.IndexOf("power-cut"));
        said.LastIndexOf("words of the second boot").Should().BeGreaterThan(said.LastIndexOf("boot"));
        lines.SkipWhile(line => (string?)line["kola"] != "boot").ElementAt(1)["MESSAGE"]!.ToString().Should().StartWith("Linux version");
        lines.Count(line => line["MESSAGE"]?.ToString().StartsWith("Linux version", StringComparison.Ordinal) ?? false).Should().Be(2, "nothing is told twice");
    }
}
