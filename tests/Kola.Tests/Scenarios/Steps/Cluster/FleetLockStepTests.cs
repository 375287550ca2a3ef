using System.Net;
using FluentAssertions;
using Kola.Machines;
using Kola.Results.Events;
using Kola.Scenarios.Model;
using Kola.Scenarios.Runs;
using Kola.Tests.Machines;
using Kola.Tests.Scenarios.Runs;
using Kola.Tests.Servers.FleetLock;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Steps.Cluster;

/// <summary>FleetLock servers in the engine, on the fake QEMU: the test asks in the guest's place, when a step begins.</summary>
internal sealed class FleetLockStepTests
{
    private FakeMachines machines = null!;
    private MachineEnvironment environment = null!;
    private HttpClient guest = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task Prepare()
    {
        machines = await FakeMachines.StartAsync(Stop);
        environment = machines.Environment(["cont: print booted\\n", "resume: print goes on\\n"]);
        guest = new() { Timeout = TimeSpan.FromMinutes(1) };
    }

    [TearDown]
    public async Task Clean()
    {
        guest.Dispose();
        await machines.DisposeAsync();
    }

    [Test]
    public async Task Nobody_answers_before_the_step_then_as_the_last_one_says_and_all_is_kept()
    {
        var answers = new List<HttpStatusCode?>();
        var file = await machines.WriteScenarioAsync("t.one", """
              - console: {seen: booted}
              - fleet-lock: locks
                groups: {default: 1, etcd: 2}
              - console: {seen: booted}
              - fleet-lock: locks
                faults: [{error: pre-reboot, code: 503}]
              - console: {seen: booted}
            """, Stop);

        var run = await RunAsync(file, started =>
        {
            if (started.Kind == "console")
                answers.Add(Ask("t.one", "a"));
        });

        run.Passed.Should().BeTrue(run.Reasons());
        answers.Should().Equal(null, HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable);
        run.Attempts[0].Files.Should().Contain(kept => kept.EndsWith("locks.requests.jsonl")).And.Contain(kept => kept.EndsWith("locks.locks.json"));
    }

    [Test]
    public async Task A_fork_finds_slots_held_as_its_parent_left_them()
    {
        var answers = new List<HttpStatusCode?>();
        await machines.WriteScenarioAsync("t.parent", """
              - fleet-lock: locks
              - console: {seen: booted}
              - checkpoint: held
            """, Stop);
        var fork = await machines.WriteForkAsync("t.parent", "held", """
              - console: {seen: goes on}
            """, Stop);

        var run = await RunAsync(fork, started =>
        {
            if (started.Kind == "console")
                answers.AddRange([Ask(started.Scenario, "a"), Ask(started.Scenario, "b")]);
        });

        run.Passed.Should().BeTrue(run.Reasons());
        answers.Should().Equal(HttpStatusCode.OK, HttpStatusCode.Locked, HttpStatusCode.OK, HttpStatusCode.Locked);
    }

    private async Task<RunResult> RunAsync(string file, Action<StepStarted> begins)
    {
        var engine = await machines.EngineAsync(environment, Stop);
        var plan = await engine.PlanAsync([.. ScenarioFile.Load(file).Expand()], new() { StateFolder = machines.Folder }, null, Stop);
        return await engine.ExecuteAsync(plan, record =>
        {
            if (record is StepStarted started)
                begins(started);
        }, Stop);
    }

    /// <summary>Asks for a slot where QEMU would relay the guest's connection to; <see langword="null"/> when nobody answers.</summary>
    private HttpStatusCode? Ask(string scenario, string id)
    {
        var port = machines.RelayedPort(scenario, "10.0.2.150");
        using var content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(LockClients.Message(id)));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://127.0.0.1:{port}/v1/pre-reboot")) { Content = content };
        request.Headers.Add("fleet-lock-protocol", "true");
        try
        {
            using var response = guest.Send(request, Stop);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
