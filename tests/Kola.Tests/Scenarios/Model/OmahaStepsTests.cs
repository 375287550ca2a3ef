using FluentAssertions;
using Kola.Scenarios.Steps.Update;
using Kola.Servers.Omaha;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Model;

/// <summary>Steps about Omaha servers, as files write them.</summary>
public sealed class OmahaStepsTests
{
    private const string Omaha = """
        scenario: test.omaha
        summary: A test
        image: kola-os:1
        machines: { node: {} }
        steps:
          - serve: updates
            release: kola-os:2
          - offer: omaha
            release: kola-os:2
            group: stable
          - omaha: { events: [check, download-started, download-finished, installed], version: "1" }
        """;

    private readonly ScenarioFolder folder = new();

    [OneTimeTearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void They_tell_what_they_do()
    {
        var steps = folder.Load(Omaha.Replace("group: stable", "percent: 25\n    paused: true\n    faults: [{ status: check, code: 503 }, { slow: all, by: 2s }]", StringComparison.Ordinal)).Expand()[0].Steps;

        steps[1].Title.Should().Be("offer: kola-os:2 by omaha, 25 %, paused, status 503, slow by 2 s for all");
        steps[2].Title.Should().Be("omaha: check, download-started, download-finished, installed; runs 1");
    }

    [TestCase("{ down: all }", "down")]
    [TestCase("{ slow: check, by: 2s }", "slow by 2 s")]
    [TestCase("{ status: report, code: 404, times: 2 }", "status 404")]
    [TestCase("{ empty: check }", "empty")]
    [TestCase("{ malformed: check }", "malformed")]
    [TestCase("{ unknown-status: check, word: soon }", "unknown-status soon")]
    [TestCase("{ noupdate: check }", "noupdate")]
    [TestCase("{ wrong-size: check, by: -4096 }", "wrong-size by -4096 bytes")]
    [TestCase("{ wrong-hash: check }", "wrong-hash")]
    [TestCase("{ wrong-codebase: check, to: \"http://10.0.2.100:8080/elsewhere\" }", "wrong-codebase http://10.0.2.100:8080/elsewhere")]
    [TestCase("{ flip: check, with: \"kola-os:2\" }", "flip to kola-os:2")]
    [TestCase("{ rollout: check, machines: 3 }", "rollout to 3 machines")]
    public void Every_fault_can_be_ordered_by_a_file(string yaml, string title) =>
        folder.Load(Omaha.Replace("group: stable", $"faults: [{yaml}]", StringComparison.Ordinal)).Expand()[0].Steps[1].Should().BeOfType<OfferStep>()
            .Which.Faults.Should().ContainSingle().Which.Title.Should().Be(title);

    [Test]
    public void No_kind_of_fault_is_left_out_of_the_test_before() =>
        typeof(OmahaFault).GetNestedTypes().Should().HaveCount(12);

    [TestCase("offer: omaha\n    release: kola-os:2", "offer: omaha\n    release: kola-os:3", "8:5: no server serves kola-os:3 at 'offer' (served: kola-os:2); expected a step 'serve' with 'release: kola-os:3' before it")]
    [TestCase("group: stable", "faults: [{ flip: check, with: \"kola-os:3\" }]", "8:5: no server serves kola-os:3 at 'offer'*")]
    [TestCase("offer: omaha\n    release: kola-os:2", "offer: omaha", "8:5: 'group', 'percent', 'paused' and 'downgrades' say how a release is offered, and none is; expected 'release'")]
    [TestCase("offer: omaha", "offer: updates", "8:5: 'updates' is a server that serves a release; expected another name")]
    [TestCase("group: stable", "percent: 101", "*expected*0*100*")]
    [TestCase("[check, download-started, download-finished, installed]", "[check, instaled]", "*instaled*did you mean 'installed'?")]
    [TestCase("[check, download-started, download-finished, installed]", "[check, installed]", "11:5: 'installed' after 'check' is an order that no client reports; expected download-finished before it")]
    [TestCase("[check, download-started, download-finished, installed]", "[download-started]", "11:5: 'download-started' after nothing is an order that no client reports; expected check or updated or rolled-back before it")]
    [TestCase("version: \"1\"", "error: 2500", "11:5: error 2500 is expected and 'events' has none; expected 'error' in 'events'")]
    [TestCase("version: \"1\"", "updated-from: \"1\"", "11:5: 'updated-from' is given and 'events' has no update; expected 'updated' in 'events'")]
    [TestCase("events: [check, download-started, download-finished, installed], version: \"1\"", "within: 5s", "11:5: nothing is judged; expected 'events', 'error', 'updated-from', 'version' or 'group'")]
    [TestCase("version: \"1\"", "server: omha", "11:5: no server is called 'omha'; expected one of omaha, updates; did you mean 'omaha'?")]
    [TestCase("- serve: updates\n    release: kola-os:2\n  - offer: omaha\n    release: kola-os:2\n    group: stable\n  ", "", "6:5: no Omaha server before 'omaha'; expected a step 'offer' before it")]
    [TestCase("group: stable", "group: stable\n  - offer: other\n    release: kola-os:2", "13:5: 'omaha' does not say which server; expected 'server:' with one of omaha, other, updates")]
    public void A_mistake_is_told_with_its_place(string right, string wrong, string expected)
    {
        Omaha.Should().Contain(right);

        folder.Problems(Omaha.Replace(right, wrong, StringComparison.Ordinal)).Should().ContainMatch(expected);
    }
}
