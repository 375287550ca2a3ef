using System.Net;
using FluentAssertions;
using Kola.Machines;
using Kola.Results.Events;
using Kola.Scenarios.Model;
using Kola.Scenarios.Runs;
using Kola.Tests.Machines;
using Kola.Tests.Machines.Images;
using Kola.Tests.Scenarios.Runs;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Services;

/// <summary>Update servers in the engine, on the fake QEMU: the test asks in the guest's place.</summary>
internal sealed class ServingTests
{
    private static readonly string[] Script = ["cont: print booted\\n", "resume: print goes on\\n"];
    private FakeMachines machines = null!;
    private MachineEnvironment environment = null!;
    private HttpClient guest = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task Prepare()
    {
        machines = await FakeMachines.StartAsync(Stop);
        environment = machines.Environment(Script);
        guest = new();
        machines.WriteReleases();
    }

    [TearDown]
    public async Task Clean()
    {
        guest.Dispose();
        await machines.DisposeAsync();
    }

    [Test]
    public async Task A_release_is_served_to_the_address_that_QEMU_relays_and_requests_are_judged_and_kept()
    {
        var (run, _) = await RunAsync("""
              - serve: updates
                release: kola-os:2
              - console: {seen: booted}
              - requests: updates
                seen: [{path: kola_2.efi, status: 200, count: 1}, {path: '*.usr', count: 0}]
            """, "console", "kola_2.efi");

        run.Passed.Should().BeTrue(run.Reasons());
        run.Attempts[0].Files.Should().Contain(file => file.EndsWith("updates.requests.jsonl"));
    }

    [Test]
    public async Task Requests_that_were_not_made_fail_the_scenario()
    {
        var (run, _) = await RunAsync("""
              - serve: updates
                release: kola-os:2
              - requests: updates
                seen: [kola_2.efi]
            """, "nothing", "");

        run.Attempts.Should().ContainSingle().Which.Outcome.Should().Be(Outcome.Failed);
        run.Reasons().Should().Contain("expected at least 1 of kola_2.efi, got 0");
    }

    [Test]
    public async Task The_power_is_cut_when_so_much_has_been_served()
    {
        var (run, events) = await RunAsync("""
              - serve: updates
                release: kola-os:2
                faults: [{stall: '*.efi', after: 2B}]
              - power-cut:
                when: {served: 1B, of: '*.efi'}
            """, "power-cut", "kola_2.efi");

        run.Passed.Should().BeTrue(run.Reasons());
        events.OfType<StepFinished>().Last().Detail.Should().Be("2 bytes of *.efi were served (1 awaited)");
    }

    [Test]
    public async Task A_moment_that_no_file_can_bring_fails_at_once_with_its_place_and_the_files_there_are()
    {
        var (run, _) = await RunAsync("""
              - serve: updates
                release: kola-os:2
              - power-cut:
                when: {served: 50%, of: '*.nope'}
                timeout: 1h
            """, "nothing", "");

        run.Attempts.Should().ContainSingle().Which.Outcome.Should().Be(Outcome.Infrastructure);
        run.Reasons().Should().Contain("t.one.yaml:8:5: no file that server updates serves matches '*.nope'; expected a pattern that matches one of kola_2.efi");
    }

    [Test]
    public async Task A_fork_finds_the_server_as_its_parent_left_it()
    {
        await machines.WriteScenarioAsync("t.parent", """
              - serve: updates
                release: kola-os:1
              - console: {seen: booted}
              - checkpoint: served
            """, Stop);
        var fork = await machines.WriteForkAsync("t.parent", "served", """
              - console: {seen: goes on}
              - requests: updates
                seen: [{path: kola_1.efi, status: 200, count: 1}]
            """, Stop);

        var (run, _) = await RunFileAsync(fork, "console", "kola_1.efi", scenario: "t.fork");

        run.Attempts.Should().HaveCount(2);
        run.Passed.Should().BeTrue(run.Reasons());
    }

    [Test]
    public async Task An_image_without_update_artifacts_cannot_be_served()
    {
        ReleaseFolder.Write(Path.Combine(machines.Folder, "releases", "kola-os", "3"), "3", artifacts: false);

        var (run, _) = await RunAsync("""
              - serve: updates
                release: kola-os:3
            """, "nothing", "");

        run.Reasons().Should().Contain("kola-os:3 is not a release with update artifacts");
    }

    private async Task<(RunResult Run, List<RunEvent> Events)> RunAsync(string steps, string at, string name) => await RunFileAsync(await machines.WriteScenarioAsync("t.one", steps, Stop), at, name, "t.one");

    /// <param name="at">Kind of the step at whose start the guest asks for a file.</param>
    private async Task<(RunResult Run, List<RunEvent> Events)> RunFileAsync(string file, string at, string name, string scenario)
    {
        var engine = await machines.EngineAsync(environment, Stop, "images:\n  kola-os: {build: {recipe: kola-os}, architecture: x86_64, firmware: bios, provisioning: none, adapter: systemd, user: root}\n");
        var events = new List<RunEvent>();
        Task asked = Task.CompletedTask;
        var plan = await engine.PlanAsync([.. ScenarioFile.Load(file).Expand()], new() { StateFolder = machines.Folder }, null, Stop);
        var run = await engine.ExecuteAsync(plan, record =>
        {
            events.Add(record);
            if (record is StepStarted started && started.Kind == at && started.Scenario == scenario)
                asked = AskAsync(scenario, name, wait: at == "console");
        }, Stop);
        await asked;
        return (run, events);
    }

    /// <summary>Asks where QEMU would relay the guest's connection to.</summary>
    private Task AskAsync(string scenario, string name, bool wait)
    {
        var port = machines.RelayedPort(scenario, "10.0.2.100");
        // The step goes on only when the answer is there, where it is to be whole.
        var asking = Task.Run(async () =>
        {
            try
            {
                using var response = await guest.GetAsync(new Uri($"http://127.0.0.1:{port}/{name}"), Stop);
                response.StatusCode.Should().Be(HttpStatusCode.OK);
            }
            catch (HttpRequestException) when (!wait)
            {
                // The server ended before its answer did.
            }
        });
        if (wait)
            asking.Wait(Stop);
        return asking;
    }
}
