using System.Text.Json.Nodes;
using FluentAssertions;
using Kola.Results.Allure;
using Kola.Tests.Results.Stories;
using NUnit.Framework;

namespace Kola.Tests.Results.Allure;

public sealed class AllureResultsTests
{
    private RecordedFolder run = null!;
    private string results = null!;

    [SetUp]
    public async Task Write()
    {
        run = await RecordedFolder.MakeAsync();
        results = Path.Combine(run.Path, AllureResults.FolderName);
        new AllureResults(run.Story) { Quarantine = new Dictionary<string, Kola.Results.Gate.QuarantineEntry> { ["update.bad"] = RecordedFolder.Quarantine } }.Write(results);
    }

    [TearDown]
    public void Remove() => run.Dispose();

    [Test]
    public void Every_attempt_is_a_result_and_so_is_what_was_never_tried()
    {
        All().Select(r => ((string)r["fullName"]!, (string)r["status"]!)).Should().BeEquivalentTo(
        [
            ("boot.good", "passed"), ("boot.flaky", "failed"), ("boot.flaky", "passed"), ("update.bad", "failed"),
            ("update.broken", "broken"), ("update.untried", "skipped"), ("update.cut", "unknown"),
        ]);
    }

    [Test]
    public void Attempts_of_one_case_share_their_history_and_the_pass_after_a_failure_is_flaky()
    {
        var attempts = All().Where(r => (string)r["fullName"]! == "boot.flaky").OrderBy(r => (long)r["start"]!).ToArray();

        attempts.Select(a => (string)a["historyId"]!).Distinct().Should().ContainSingle();
        attempts.Select(a => (string)a["uuid"]!).Distinct().Should().HaveCount(2);
        ((bool)attempts[1]["statusDetails"]!["flaky"]!).Should().BeTrue();
    }

    [Test]
    public void A_failure_tells_why_how_to_run_it_again_its_steps_and_what_happened_meanwhile()
    {
        var bad = One("update.bad");

        ((string)bad["statusDetails"]!["message"]!).Should().StartWith("node: kernel-panic on the console");
        ((string)bad["statusDetails"]!["trace"]!).Should().Be("run it again: ci/kola run 'update.bad' --seed 7");
        bad["steps"]!.AsArray().Select(s => ((string)s!["name"]!, (string)s["status"]!)).Should().Equal(("bring up node", "passed"), ("1. first (node)", "failed"));
        bad["steps"]![0]!["steps"]!.AsArray().Select(s => (string)s!["name"]!).Should().Equal("node came up by booting: boot: cold", "node ready");
        ((string)bad["steps"]![1]!["parameters"]![0]!["value"]!).Should().Be("scenarios/update/bad.yaml:9:5");
        ((string)bad["links"]![0]!["url"]!).Should().Be("https://tracker.example/17");
    }

    [Test]
    public void Files_of_an_attempt_are_attached_by_copy()
    {
        var attachments = One("update.bad")["attachments"]!.AsArray();

        attachments.Select(a => ((string)a!["name"]!, (string)a["type"]!)).Should().Equal(("node/console.log", "text/plain"), ("node/screen.png", "image/png"));
        attachments.Should().OnlyContain(a => File.Exists(Path.Combine(results, (string)a!["source"]!)));
    }

    [Test]
    public void A_matrix_point_is_a_parameter_and_a_tag_is_a_tag()
    {
        var good = One("boot.good");

        good["parameters"]!.AsArray().Select(p => ((string)p!["name"]!, (string)p["value"]!)).Should().Equal(("tpm", "true"));
        good["labels"]!.AsArray().Select(l => ((string)l!["name"]!, (string)l["value"]!)).Should().Contain(("tag", "release")).And.Contain(("parentSuite", "boot"));
    }

    [Test]
    public void Written_again_it_is_the_same()
    {
        var before = All().Select(r => r.ToJsonString()).ToArray();

        new AllureResults(run.Story) { Quarantine = new Dictionary<string, Kola.Results.Gate.QuarantineEntry> { ["update.bad"] = RecordedFolder.Quarantine } }.Write(results);

        All().Select(r => r.ToJsonString()).Should().Equal(before);
    }

    private JsonNode One(string id) => All().Single(r => (string)r["fullName"]! == id);

    private JsonNode[] All() => [.. Directory.GetFiles(results, "*-result.json").Order(StringComparer.Ordinal).Select(f => JsonNode.Parse(File.ReadAllText(f))!)];
}
