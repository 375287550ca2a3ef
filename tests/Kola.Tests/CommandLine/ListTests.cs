using FluentAssertions;
using Kola.Tests.Machines.Images;
using NUnit.Framework;

namespace Kola.Tests.CommandLine;

/// <summary>What <c>kola list</c> tells of the releases that are named.</summary>
[Parallelizable]
internal sealed class ListTests
{
    private KolaSandbox kola = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public void Prepare()
    {
        kola = new();
        kola.Write("images/catalog.yaml", """
            roles: {candidate: "kola-os:7"}
            images:
              kola-os: {build: {recipe: kola-os}, architecture: x86_64, firmware: uefi, provisioning: none, adapter: systemd-sysupdate, user: root, capabilities: [self-update, uefi]}
            """);
        kola.Scenario("t.one", "candidate");
        kola.Scenario("t.old", "oldest");
        kola.Write("scenarios/t.rolls.yaml", "scenario: t.rolls\nsummary: Rolls back\nneeds: [self-update, automatic-rollback]\nimage: previous\nmachines: {node: {}}\nsteps: [{run: true}]\n");
        foreach (var release in new[] { "0.9", "1", "2" })
            ReleaseFolder.Write(kola[$"releases/{release}"], release);
    }

    [TearDown]
    public void Clean() => kola.Dispose();

    [Test]
    public async Task Releases_in_roles_tell_which_scenarios_apply_and_why_others_do_not()
    {
        var listed = await kola.RunAsync(["list", "--previous", "releases/1", "--candidate", "releases/2"], Stop);

        listed.Code.Should().Be(0, listed.Complaint);
        listed.Stdout.Select(line => line.Split('\t')).Select(fields => (fields[0], fields[3])).Should().BeEquivalentTo(
        [
            ("t.one", "yes"),
            ("t.old", "no: no release plays the role 'oldest'; give --oldest DIR"),
            ("t.rolls", "no: it needs automatic-rollback, which kola-os does not declare"),
        ]);
    }

    [Test]
    public async Task Each_of_the_oldest_releases_makes_a_case_that_applies()
    {
        var listed = await kola.RunAsync(["list", "t.old", "--candidate", "releases/2", "--oldest", "releases/0.9", "--oldest", "releases/1", "--json"], Stop);

        listed.Code.Should().Be(0, listed.Complaint);
        string.Concat(listed.Stdout).Should().Contain("\"id\": \"t.old[oldest=0.9]\"").And.Contain("\"id\": \"t.old[oldest=1]\"").And.Contain("\"applies\": true").And.NotContain("\"reason\"");
    }

    [Test]
    public async Task Of_a_release_that_is_not_here_nothing_is_said_and_nothing_is_built()
    {
        var listed = await kola.RunAsync(["list", "t.one", "--previous", "releases/1"], Stop);

        listed.Code.Should().Be(0, listed.Complaint);
        listed.Stdout.Should().ContainSingle().Which.Should().MatchRegex("^t.one\t.*\tnot known: .*kola-os:7 is not on this host; see ");
    }

    [Test]
    public async Task Without_a_release_the_lines_are_as_scripts_know_them()
    {
        var listed = await kola.RunAsync(["list"], Stop);

        listed.Code.Should().Be(0, listed.Complaint);
        listed.Stdout.Should().HaveCount(3).And.OnlyContain(line => line.Split('\t').Length == 3);
    }

    [TestCase("--candidate releases/3", "--candidate releases/3: ")]
    [TestCase("--library --candidate releases/2", "--library lists what comes with Kola, whatever the release")]
    public async Task What_cannot_be_listed_is_refused(string options, string complaint)
    {
        var listed = await kola.RunAsync(["list", .. options.Split(' ')], Stop);

        listed.Code.Should().Be(3);
        listed.Complaint.Should().Contain(complaint);
    }
}
