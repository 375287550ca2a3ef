using FluentAssertions;
using Kola.Scenarios.Model;
using Kola.Scenarios.Steps.Disk;
using Kola.Scenarios.Steps.Guest;
using Kola.Scenarios.Steps.Update;
using Kola.Yaml;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Model;

/// <summary>A scenario speaks of roles; whoever runs it says which releases play them.</summary>
internal sealed class ReleaseRolesTests
{
    private const string Update = """
        scenario: t.update
        summary: A scenario of a test
        image: previous
        machines: {node: {}}
        steps:
          - serve: updates
            release: candidate
          - update: candidate
          - expect: { release: candidate, files: { /etc/x: { equals: "is ${candidate}, was ${previous}" } } }
          - inspect-disk: { slots: { A: previous, B: candidate }, entries: { previous: good, candidate: trial }, bootable: [candidate] }
          - fall-back: previous
            tried: { candidate: 3 }
        """;

    private static readonly ReleaseRoles Played = new([
        new("previous", "my-os:40.1", "40.1", Given: false), new("candidate", "/builds/41", "41.20261115.0", Given: true),
        new("oldest", "my-os:38", "38", Given: false), new("oldest", "my-os:39", "39", Given: false)]);

    private TemporaryFolder folder = null!;

    [SetUp]
    public void Prepare() => folder = new();

    [TearDown]
    public void Clean() => folder.Dispose();

    [Test]
    public void A_roles_word_is_its_version_where_a_release_is_named_and_in_texts()
    {
        var steps = Load(Update, Played).Single().Steps;

        steps.OfType<UpdateStep>().Single().To.Should().Be("41.20261115.0");
        var expect = steps.OfType<ExpectStep>().Single();
        expect.Release.Should().Be("41.20261115.0");
        expect.Files["/etc/x"].ToString().Should().Contain("is 41.20261115.0, was 40.1");
        var disk = steps.OfType<InspectDiskStep>().Single();
        disk.Slots.Values.Should().Equal("40.1", "41.20261115.0");
        disk.Entries.Keys.Should().Equal("40.1", "41.20261115.0");
        disk.Bootable.Should().Equal("41.20261115.0");
        var fallBack = steps.OfType<FallBackStep>().Single();
        (fallBack.To, fallBack.Tried.Single().Key).Should().Be(("40.1", "41.20261115.0"));
    }

    [Test]
    public void A_role_is_the_name_of_its_image() => Load(Update, Played).Single().ImageNames.Should().Equal("previous", "candidate");

    [Test]
    public void A_role_that_nobody_plays_stays_a_word()
    {
        var one = Load(Update, ReleaseRoles.None).Single();

        one.Steps.OfType<UpdateStep>().Single().To.Should().Be("candidate");
        one.Steps.OfType<ExpectStep>().Single().Files["/etc/x"].ToString().Should().Contain("is candidate, was previous");
    }

    [Test]
    public void A_scenario_that_speaks_of_the_oldest_is_a_case_for_each_of_them()
    {
        var cases = Load(Update.Replace("previous", "oldest"), Played);

        cases.Select(one => one.Id).Should().Equal("t.update[oldest=38]", "t.update[oldest=39]");
        cases.Select(one => one.ImageNames[0]).Should().Equal("oldest:38", "oldest:39");
        cases.Select(one => one.Steps.OfType<FallBackStep>().Single().To).Should().Equal("38", "39");
        cases.SelectMany(one => one.RoleNames.Select(one.Scenario.Roles.Find)).Should().NotContainNulls();
    }

    [Test]
    public void A_variable_cannot_have_a_roles_name() =>
        Problems(Update.Replace("image: previous", "image: previous\nparameters: {candidate: x}"), new(Played))
            .Should().ContainSingle().Which.Should().StartWith("4:14: 'candidate' is a role");

    [Test]
    public void A_word_that_is_no_role_is_reported() =>
        Problems(Update.Replace("release: candidate\n", "release: canditate\n"), new(Played))
            .Should().Contain(problem => problem.StartsWith("7:14: got 'canditate'; expected previous, candidate, next, oldest"));

    [Test]
    public void A_need_that_is_not_in_the_list_is_reported() =>
        Problems(Update.Replace("image: previous", "image: previous\nneeds: [automatic-rolback]"), new(Played))
            .Should().ContainSingle().Which.Should().StartWith("4:9: ").And.Contain("automatic-rollback");

    [Test]
    public void Where_only_roles_may_stand_a_literal_version_and_image_are_reported() =>
        Problems(Update.Replace("image: previous", "image: kola-os:1").Replace("update: candidate", "update: \"2\"").Replace("tried: { candidate", "tried: { 2"), new(Played, Portable: true))
            .Should().HaveCount(3).And.Contain(problem => problem.StartsWith("3:8: 'kola-os:1' is a certain image; expected a role"))
            .And.Contain(problem => problem.StartsWith("8:13: '2' is a certain release; expected a role")).And.Contain(problem => problem.StartsWith("12:14: '2' is a certain release"));

    [Test]
    public void A_file_that_exists_for_one_image_may_name_it() =>
        Problems(Update.Replace("image: previous", "for: kola-os\nimage: kola-os:1"), new(Played, Portable: true)).Should().BeEmpty();

    [Test]
    public void The_shipped_scenarios_speak_of_roles_alone() =>
        ScenarioCatalog.Discover(ShippedScenarios.Folder, new(Played, Portable: true)).Problems.Should().BeEmpty();

    private IReadOnlyList<ScenarioCase> Load(string text, ReleaseRoles roles) => ScenarioFile.Load(folder.Write("t.update.yaml", text), null, new(roles)).Expand();

    private IReadOnlyList<string> Problems(string text, LoadingRules rules)
    {
        List<YamlProblem> problems = [];
        var path = folder.Write("t.update.yaml", text);
        _ = ScenarioFile.TryLoad(path, null, problems, rules);
        return [.. problems.Select(problem => problem.ToString().Replace(path + ":", "", StringComparison.Ordinal))];
    }
}
