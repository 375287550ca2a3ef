using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CliWrap;
using CliWrap.Buffered;
using FluentAssertions;
using Kola.Machines.Host;
using Kola.Results.Allure;
using Kola.Results.Gate;
using Kola.Results.JUnit;
using Kola.Results.Markdown;
using Kola.Results.Stories;
using Kola.Results.Tap;
using Kola.Tests.Results.Stories;
using NUnit.Framework;

namespace Kola.Tests.Results;

/// <summary>Reports of a hostile run, as readers that are not ours take them.</summary>
public sealed class ForeignReaderTests
{
    private static readonly string TapParser = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "kola", "tap-parser", "node_modules", ".bin", "tap-parser");

    private RecordedFolder run = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    private RunStory Hostile => HostileStory.Of(run.Story);

    [SetUp]
    public async Task Make() => run = await RecordedFolder.MakeAsync();

    [TearDown]
    public void Remove() => run.Dispose();

    [Test]
    public async Task JUnit_XML_is_read_by_Python_whole_and_within_GitLab_s_limit()
    {
        Need("python3");
        var file = Path.Combine(run.Path, JUnitXml.FileName);
        JUnitXml.Of(Hostile).Save(file);

        var said = await ReadAsync("python3", ["-c", "import sys, xml.etree.ElementTree as e\nr = e.parse(sys.argv[1]).getroot()\nprint(len(r.findall('.//testcase')), len(r.findall('.//failure')), len(r.findall('.//error')))\nprint(r.find('.//failure').text)", file]);

        said.Should().StartWith("6 1 3\n]]></failure>").And.Contain("red").And.Contain("😀").And.Contain("characters left out").And.Contain("the end");
        said.Should().NotContainAny("\e", "\0", "\u202E");
        new FileInfo(file).Length.Should().BeLessThan(30_000_000);
    }

    [Test]
    public async Task Allure_s_results_are_read_by_jq_and_stay_small()
    {
        Need("jq");
        var folder = Path.Combine(run.Path, AllureResults.FolderName);
        new AllureResults(Hostile).Write(folder);
        string[] results = Directory.GetFiles(folder, "*-result.json");

        var said = await ReadAsync("jq", ["-r", ".status + \" \" + (.name | @json)", .. results]);

        said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().HaveCount(7).And.OnlyContain(line => line.Contains("😀") && !line.Contains("\\u00") && !line.Contains("\\ud"));
        results.Should().OnlyContain(result => new FileInfo(result).Length < 1_000_000);
    }

    [Test]
    public async Task TAP_is_read_by_Perl_with_every_point_where_it_belongs()
    {
        Need("perl");
        var file = Path.Combine(run.Path, TapReport.FileName);
        // Perl's reader stops at version 13, to which subtests are lines that it passes over.
        await File.WriteAllTextAsync(file, TapReport.Of(Hostile with { Ended = true }, Exempt).Replace("TAP version 14", "TAP version 13", StringComparison.Ordinal), Stop);

        var said = await ReadAsync("perl", ["-MTAP::Parser", "-e", "my $p = TAP::Parser->new({ exec => ['cat', $ARGV[0]] }); $p->run; print join(',', $p->actual_passed), ' / ', join(',', $p->actual_failed), ' / ', join(',', $p->todo), ' / ', join(';', $p->parse_errors), qq(\\n)", file]);

        said.Trim().Should().Be("1,2 / 3,4,5,6 / 3 /");
    }

    [Test, Category("tap-parser")]
    public async Task TAP_is_read_by_node_tap_s_parser_with_its_subtests_and_diagnostics()
    {
        if (!File.Exists(TapParser))
            Assert.Ignore("no tap-parser is installed: npm install --prefix ~/.cache/kola/tap-parser tap-parser@18");

        var read = JsonNode.Parse(await ReadAsync(TapParser, ["-j"], TapReport.Of(Hostile with { Ended = true }, Exempt), fails: true))!.AsArray();

        JsonNode?[] Events(JsonNode? of, string type) => [.. of!.AsArray().Where(e => (string?)e![0] == type).Select(e => e![1])];
        Events(read, "assert").Select(a => ((bool)a!["ok"]!, a["todo"]!.ToJsonString() != "false")).Should().Equal((true, false), (true, false), (false, true), (false, false), (false, false), (false, false));
        ((string)Events(read, "assert")[2]!["diag"]!["message"]!).Should().StartWith("]]></failure>").And.Contain("characters left out");
        Events(read, "complete").Single()!["failures"]!.AsArray().Should().OnlyContain(f => f!["tapError"] == null, "no line may be other than TAP");
        read.Count(e => (string?)e![0] == "child").Should().Be(4, "each scenario with steps has a subtest");
    }

    [Test]
    public void A_run_of_ten_thousand_failures_fits_into_GitHub_s_summary_and_GitLab_s_report()
    {
        var one = Hostile.Scenarios.Single(s => s.Plan.Id.StartsWith("update.bad", StringComparison.Ordinal));
        one = one with { Attempts = [.. one.Attempts.Select(a => a with { Steps = [] })] };
        var many = Hostile with { Scenarios = [.. Enumerable.Range(0, 10_000).Select(i => one with { Plan = one.Plan with { Id = $"t.{i}" } })] };

        var page = MarkdownSummary.Of(many);
        Encoding.UTF8.GetByteCount(page).Should().BeLessThan(1 << 20);
        page.Should().StartWith("## Kola: 0 of 10000 passed").And.Contain("more, in the run's report.html").And.Contain("<sub>run");
        var file = Path.Combine(run.Path, JUnitXml.FileName);
        JUnitXml.Of(many).Save(file);
        new FileInfo(file).Length.Should().BeLessThan(30_000_000);
    }

    private static Dictionary<string, QuarantineEntry> Exempt => new() { [$"update.bad {HostileStory.Text}"] = RecordedFolder.Quarantine with { Reason = HostileStory.Text } };

    private static void Need(string program)
    {
        if (Executables.Find(program) is null)
            Assert.Ignore(string.Create(CultureInfo.InvariantCulture, $"{program} is not installed"));
    }

    private static async Task<string> ReadAsync(string program, string[] arguments, string input = "", bool fails = false) =>
        (await Cli.Wrap(program).WithArguments(arguments).WithStandardInputPipe(PipeSource.FromString(input)).WithEnvironmentVariables(e => e.Set("PYTHONIOENCODING", "utf-8"))
            .WithValidation(fails ? CommandResultValidation.None : CommandResultValidation.ZeroExitCode).ExecuteBufferedAsync(Stop)).StandardOutput;
}
