using System.Text;
using System.Text.Json;
using FluentAssertions;
using Kola.Results.Events;
using Kola.Scenarios.Model;
using Kola.Scenarios.Runs;
using Kola.Tests.Machines;
using Kola.Tests.Machines.Images;
using Kola.Tests.Machines.Ssh;
using Kola.Tests.Scenarios.Runs;
using Kola.Tests.Servers.Omaha;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Steps.Update;

/// <summary>Omaha servers in the engine, on the fake QEMU: a real sshd answers in the guest's place, and the test asks for updates, when a step begins.</summary>
internal sealed class OmahaStepTests
{
    private const string Catalog = "images:\n  kola-os: {build: {recipe: kola-os}, architecture: x86_64, firmware: bios, provisioning: none, adapter: systemd, user: root}\n";

    private FakeMachines machines = null!;
    private SshServer server = null!;
    private HttpClient guest = null!;
    private string machineId = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task Prepare()
    {
        if (!File.Exists("/etc/machine-id"))
            Assert.Inconclusive("this host has no /etc/machine-id, which the guest would be asked for");
        machineId = (await File.ReadAllTextAsync("/etc/machine-id", Stop)).Trim();
        server = await SshServer.StartAsync();
        machines = await FakeMachines.StartAsync(Stop);
        guest = new() { Timeout = TimeSpan.FromMinutes(1) };
        machines.WriteReleases();
    }

    [TearDown]
    public async Task Clean()
    {
        guest?.Dispose();
        if (machines is not null)
            await machines.DisposeAsync();
        if (server is not null)
            await server.DisposeAsync();
    }

    [Test]
    public async Task A_release_is_offered_with_its_files_address_and_what_the_machine_says_is_judged_and_kept()
    {
        var answers = new List<UpdateEngineReading>();

        var run = await RunAsync("""
              - serve: updates
                release: kola-os:2
              - offer: omaha
                release: kola-os:2
              - console: {seen: booted}
              - omaha: {events: [check, download-started], version: "1", group: stable}
            """, async step =>
        {
            if (step.Kind == "console")
                answers.Add(await AskAsync(step.Scenario, OmahaClients.Check(machineId, "1"), OmahaClients.Report(machineId, """<event eventtype="13" eventresult="1"/>""", "1")));
        });

        run.Passed.Should().BeTrue(run.Reasons());
        answers.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Version = "2", Urls = new[] { "http://10.0.2.100:8080/kola_2.efi" }, Size = 4L, Hash = Convert.ToBase64String(Convert.FromHexString(ReleaseFolder.Sha256("uki\n"u8))) });
        run.Attempts[0].Files.Should().ContainSingle(file => file.EndsWith("omaha.requests.jsonl"));
        var log = Directory.EnumerateFiles(Path.Combine(machines.Folder, "runs"), "omaha.requests.jsonl", SearchOption.AllDirectories).First();
        var kept = (await File.ReadAllLinesAsync(log, Stop)).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        kept.Should().HaveCount(2);
        kept[0].GetProperty("reports")[0].GetProperty("offered").GetString().Should().Be("2");
        kept[1].GetProperty("reports")[0].GetProperty("events")[0].GetProperty("event").GetString().Should().Be("download-started");
    }

    [Test]
    public async Task What_a_machine_did_not_say_fails_the_step()
    {
        var run = await RunAsync("""
              - offer: omaha
              - console: {seen: booted}
              - omaha: {events: [check, error], error: 2500}
            """, step => step.Kind == "console" ? AskAsync(step.Scenario, OmahaClients.Check(machineId, "1")) : Task.CompletedTask);

        run.Attempts.Should().ContainSingle().Which.Outcome.Should().Be(Outcome.Failed);
        run.Reasons().Should().Contain("node and server omaha: expected events check, error; got check: event 2 is missing, expected error");
    }

    [Test]
    public async Task A_machine_that_never_asked_is_told_apart_from_those_that_did()
    {
        var run = await RunAsync("""
              - offer: omaha
              - console: {seen: booted}
              - omaha: {version: "1"}
            """, step => step.Kind == "console" ? AskAsync(step.Scenario, OmahaClients.Check("another", "1")) : Task.CompletedTask);

        run.Reasons().Should().Contain($"node and server omaha: the machine has sent no request; it has heard of another, and this is {machineId}");
    }

    [Test]
    public async Task A_fault_of_the_file_is_what_the_machine_meets_until_the_next_offer()
    {
        var answers = new List<UpdateEngineReading>();

        var run = await RunAsync("""
              - serve: updates
                release: kola-os:2
              - offer: omaha
                release: kola-os:2
                faults: [{status: check, code: 503}]
              - console: {seen: booted}
              - offer: omaha
                release: kola-os:2
              - console: {seen: booted}
            """, async step =>
        {
            if (step.Kind == "console")
                answers.Add(await AskAsync(step.Scenario, OmahaClients.Check(machineId, "1")));
        });

        run.Passed.Should().BeTrue(run.Reasons());
        answers.Select(answer => answer.Error).Should().Equal(2503, null);
    }

    [Test]
    public async Task What_a_machine_reports_late_is_waited_for_where_the_step_says_so()
    {
        var asked = Task.CompletedTask;

        var run = await RunAsync("""
              - offer: omaha
              - console: {seen: booted}
              - omaha: {events: [check], within: 30s}
            """, step =>
        {
            if (step.Kind == "omaha")
                asked = Task.Run(() => AskAsync(step.Scenario, OmahaClients.Check(machineId, "1")));
            return Task.CompletedTask;
        });

        await asked;
        run.Passed.Should().BeTrue(run.Reasons());
    }

    [Test]
    public async Task A_fork_judges_what_was_said_before_it_too()
    {
        await WriteAsync("t.parent", """
              - offer: omaha
              - console: {seen: booted}
              - checkpoint: asked
            """);
        var fork = await machines.WriteForkAsync("t.parent", "asked", """
              - console: {seen: goes on}
              - omaha: {events: [check, error], error: 30}
            """, Stop);

        var run = await RunFileAsync(fork, step => step.Kind != "console" ? Task.CompletedTask
            : AskAsync(step.Scenario, step.Scenario == "t.parent" ? OmahaClients.Check(machineId, "1") : OmahaClients.Report(machineId, """<event eventtype="3" eventresult="0" errorcode="268435486"/>""", "1")));

        run.Passed.Should().BeTrue(run.Reasons());
    }

    private async Task<RunResult> RunAsync(string steps, Func<StepStarted, Task> begins) => await RunFileAsync(await WriteAsync("t.one", steps), begins);

    private async Task<string> WriteAsync(string name, string steps)
    {
        var file = Path.Combine(machines.Folder, $"{name}.yaml");
        await File.WriteAllTextAsync(file, $$"""
            scenario: {{name}}
            summary: A scenario of a test
            image: {{machines.Image}}
            machines: {node: {firmware: bios, user: root, ready: false, credentials: {a: b} } }
            steps:
            {{steps}}
            """, Stop);
        return file;
    }

    private async Task<RunResult> RunFileAsync(string file, Func<StepStarted, Task> begins)
    {
        var environment = machines.Environment("cont: print booted\\n", "resume: print goes on\\n", $"ssh: port {server.EndPoint.Port}");
        var engine = await machines.EngineAsync(environment, Stop, Catalog);
        var plan = await engine.PlanAsync([.. ScenarioFile.Load(file).Expand()], new() { StateFolder = machines.Folder, Jobs = 1 }, null, Stop);
        return await engine.ExecuteAsync(plan, record =>
        {
            if (record is MachineChanged { State: "started" or "resumed" })
                LetIn();
            if (record is StepStarted step)
                begins(step).GetAwaiter().GetResult();
        }, Stop);
    }

    private void LetIn() => File.WriteAllLines(
        Path.Combine(server.Folder, "authorized_keys"),
        Directory.EnumerateFiles(Path.Combine(machines.Folder, "runs"), "id_ecdsa.pub", SearchOption.AllDirectories).SelectMany(File.ReadAllLines));

    /// <summary>Asks where QEMU would relay the guest's connection to, and returns how the client reads the first answer.</summary>
    private async Task<UpdateEngineReading> AskAsync(string scenario, params string[] bodies)
    {
        var port = machines.RelayedPort(scenario, "10.0.2.180");
        var read = new List<UpdateEngineReading>();
        foreach (var body in bodies)
        {
            using var content = new StringContent(body, Encoding.UTF8, "text/xml");
            using var response = await guest.PostAsync(new Uri($"http://127.0.0.1:{port}/v1/update/"), content, Stop);
            read.Add(UpdateEngineReading.Of((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(Stop)));
        }

        return read[0];
    }
}
