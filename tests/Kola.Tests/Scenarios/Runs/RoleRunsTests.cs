using FluentAssertions;
using Kola.Machines;
using Kola.Results;
using Kola.Results.Events;
using Kola.Scenarios.Model;
using Kola.Scenarios.Runs;
using Kola.Tests.Machines;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Runs;

/// <summary>Runs in which releases play roles, on the fake QEMU; and what a failure says of itself.</summary>
internal sealed class RoleRunsTests
{
    private FakeMachines machines = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    private ReleaseRoles Roles => new([new("candidate", machines.Image, "7", Given: true)]);

    [SetUp]
    public async Task Prepare() => machines = await FakeMachines.StartAsync(Stop);

    [TearDown]
    public async Task Clean() => await machines.DisposeAsync();

    [Test]
    public async Task A_role_is_booted_by_the_release_that_plays_it_and_the_plan_says_which()
    {
        var (run, events) = await RunAsync(Scenario("t.one", "candidate"));

        run.Passed.Should().BeTrue(run.Reasons());
        var plan = (RunPlanned)events[0];
        plan.Releases.Should().ContainSingle().Which.Should().Match<ReleaseInRole>(release => release.Role == "candidate" && release.Sha256.Length == 64);
        var one = plan.Scenarios.Single();
        one.Images.Should().ContainSingle().Which.Name.Should().Be("candidate");
        one.Boots.Should().Equal("candidate");
        one.Roles.Should().Equal(new GivenRole("candidate", machines.Image));
    }

    [Test]
    public async Task A_case_whose_role_nobody_plays_is_left_out_with_the_remedy_and_the_others_run()
    {
        var (run, events) = await RunAsync(Scenario("t.one", "candidate"), Scenario("t.two", "next"));

        run.Attempts.Select(attempt => attempt.Scenario).Should().Equal("t.one");
        var plan = (RunPlanned)events[0];
        plan.Scenarios.Select(one => one.Id).Should().Equal("t.one");
        plan.Notes.Should().Contain("no release plays the role 'next', so t.two cannot run; give --next DIR");
    }

    [Test]
    public async Task Where_nothing_is_left_to_run_it_is_said_why()
    {
        var run = () => RunAsync(Scenario("t.two", "next"));

        (await run.Should().ThrowAsync<InputException>()).WithMessage("nothing to run: no release plays the role 'next', so t.two cannot run; give --next DIR");
    }

    [Test]
    public async Task A_case_that_needs_what_the_image_does_not_declare_is_planned_as_not_applicable_and_not_executed()
    {
        var (run, events) = await RunAsync(Scenario("t.one", "candidate"), Scenario("t.two", "candidate", "needs: [tpm, verity]"));

        run.Attempts.Select(attempt => attempt.Scenario).Should().Equal("t.one");
        ((RunPlanned)events[0]).Scenarios.Single(one => one.Id == "t.two").NotApplicable.Should().StartWith("it needs tpm, verity, which ").And.EndWith(" does not declare");
    }

    [Test]
    public async Task An_image_override_for_a_role_is_refused_with_the_option_to_use()
    {
        var run = () => RunAsync(options => options with { Images = new Dictionary<string, string> { ["candidate"] = "./x" } }, Scenario("t.one", "candidate"));

        (await run.Should().ThrowAsync<InputException>()).WithMessage("'candidate' is a role; give its release by --candidate DIR instead of --image");
    }

    [Test]
    public async Task A_failure_says_in_its_first_line_who_is_to_blame_where_since_when_and_what_shows_it()
    {
        var (run, _) = await RunAsync(Scenario("t.one", "candidate", never: "hel+o"));

        var attempt = run.Attempts.Should().ContainSingle().Subject;
        attempt.Cause.Should().Match<FailureCause>(cause => cause.Blame == Blame.Product && cause.Step == 1 && cause.Evidence == "t.one/attempt-1/node/console.log:1");
        attempt.Reproduce.Should().Contain($"--candidate {machines.Image} ");
        Wording.Reason(attempt)!.Split('\n')[0].Should().MatchRegex(@"must never show /hel\+o/, it shows 'hello' \(product; step 1 'console: .*', since [\d.]+ s; see t\.one/attempt-1/node/console\.log:1\)$");
    }

    private Task<(RunResult Run, List<RunEvent> Events)> RunAsync(params string[] files) => RunAsync(o => o, files);

    private async Task<(RunResult Run, List<RunEvent> Events)> RunAsync(Func<RunOptions, RunOptions> with, params string[] files)
    {
        var engine = await machines.EngineAsync(machines.Environment("cont: print hello\\n"), Stop);
        var events = new List<RunEvent>();
        var plan = await engine.PlanAsync([.. files.SelectMany(file => ScenarioFile.Load(file, null, new(Roles)).Expand())], with(new() { StateFolder = machines.Folder, Checkout = machines.Folder }), null, Stop);
        return (await engine.ExecuteAsync(plan, events.Add, Stop), events);
    }

    private string Scenario(string name, string image, string more = "", string never = "nothing")
    {
        var file = Path.Combine(machines.Folder, $"{name}.yaml");
        File.WriteAllText(file, $$"""
            scenario: {{name}}
            summary: A scenario of a test
            image: {{image}}
            {{more}}
            machines: {node: {firmware: bios, ready: false, credentials: {a: b} } }
            steps:
              - console: {seen: hello, never: {{never}}}
            """);
        return file;
    }
}
