using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using FluentAssertions;
using Kola.Machines;
using Kola.Results.Events;
using Kola.Scenarios.Model;
using Kola.Tests.Machines;
using Kola.Tests.Machines.Ssh;
using Kola.Tests.Servers.FleetLock;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Runs;

/// <summary>
/// What is recorded of the scenarios in <c>Golden/</c>, which have as many kinds of steps as the fake QEMU carries: the same as in <c>golden.log</c>, but for
/// times, ids, paths, ports and digests. A real sshd answers in the guest's place. Where the log has to change, replace the file by <c>golden.actual.log</c>, which the test writes beside it when they differ.
/// </summary>
internal sealed partial class GoldenLogTests
{
    private const string Catalog = "images:\n  kola-os: {build: {recipe: kola-os}, architecture: x86_64, firmware: bios, provisioning: none, adapter: systemd, user: root}\n";

    private FakeMachines machines = null!;
    private SshServer server = null!;
    private HttpClient guest = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    private static string Folder => Path.Combine(Checkout.Root, "tests", "Kola.Tests", "Scenarios", "Runs", "Golden");

    [SetUp]
    public async Task Prepare()
    {
        server = await SshServer.StartAsync();
        machines = await FakeMachines.StartAsync(Stop);
        guest = new() { Timeout = TimeSpan.FromMinutes(1) };
        machines.WriteReleases();
    }

    [TearDown]
    public async Task Clean()
    {
        guest.Dispose();
        await machines.DisposeAsync();
        await server.DisposeAsync();
    }

    [Test]
    public async Task The_same_scenarios_leave_the_same_records()
    {
        string[] scenarios = [.. Directory.EnumerateFiles(Folder, "*.yaml").Order(StringComparer.Ordinal)];
        foreach (var file in scenarios)
            await File.WriteAllTextAsync(
                Path.Combine(machines.Folder, Path.GetFileName(file)),
                (await File.ReadAllTextAsync(file, Stop)).Replace("IMAGE", machines.Image, StringComparison.Ordinal).Replace("GUEST", server.Folder, StringComparison.Ordinal), Stop);
        var log = new StringBuilder();
        // The same QEMU again, or its states would be another QEMU's.
        var environment = machines.Environment("cont: print booted\\n", "resume: print goes on\\n", $"ssh: port {server.EndPoint.Port}");
        // The fork brings its parent.
        foreach (var name in scenarios.Select(file => Path.GetFileNameWithoutExtension(file)).Where(name => name != "t.parent"))
            log.Append(await RunAsync(name, environment));

        var actual = log.ToString();
        var golden = await File.ReadAllTextAsync(Path.Combine(Folder, "golden.log"), Stop);
        if (actual != golden)
            await File.WriteAllTextAsync(Path.Combine(Folder, "golden.actual.log"), actual, Stop);
        actual.Should().Be(golden);
    }

    private async Task<string> RunAsync(string name, MachineEnvironment environment)
    {
        var engine = await machines.EngineAsync(environment, Stop, Catalog);
        var events = new List<RunEvent>();
        var plan = await engine.PlanAsync([.. ScenarioFile.Load(Path.Combine(machines.Folder, $"{name}.yaml")).Expand()], new() { StateFolder = machines.Folder, Jobs = 1, Seed = 1 }, null, Stop);
        await engine.ExecuteAsync(plan, record =>
        {
            lock (events)
                events.Add(record);
            if (record is MachineChanged { State: "started" or "resumed" })
                LetIn();
            if (record is StepStarted { Title: "run: echo fetch" } step)
                AskAsync(step.Scenario).GetAwaiter().GetResult();
        }, Stop);
        return Tell(name, events);
    }

    /// <summary>The attempt's key opens the server that stands in for its guests.</summary>
    private void LetIn() => File.WriteAllLines(
        Path.Combine(server.Folder, "authorized_keys"),
        Directory.EnumerateFiles(Path.Combine(machines.Folder, "runs"), "id_ecdsa.pub", SearchOption.AllDirectories).SelectMany(File.ReadAllLines));

    /// <summary>Asks for a file and a slot where QEMU would relay the guest's connections to.</summary>
    private async Task AskAsync(string scenario)
    {
        var release = scenario == "t.passing" ? 2 : 1;
        using var file = await guest.GetAsync(new Uri($"http://127.0.0.1:{machines.RelayedPort(scenario, "10.0.2.100")}/kola_{release}.efi"), Stop);
        file.StatusCode.Should().Be(HttpStatusCode.OK);
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(LockClients.Message("one")));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://127.0.0.1:{machines.RelayedPort(scenario, "10.0.2.150")}/v1/pre-reboot")) { Content = content };
        request.Headers.Add("fleet-lock-protocol", "true");
        using var slot = await guest.SendAsync(request, Stop);
        slot.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    /// <summary>
    /// The records without what differs from run to run. What machines and servers tell comes at moments of its own, and is told apart from the steps. When a cable is plugged in is QEMU's own affair,
    /// and that it is out may be noticed after the attempt's end.
    /// </summary>
    private string Tell(string name, List<RunEvent> events)
    {
        var lines = events.Where(record => record is not (RunPlanned or RunFinished or AdmissionAwaited or MachineChanged { State: "network" }))
            .OrderBy(record => record switch { MachineChanged machine => $"2 {machine.Scenario} {machine.Machine}", LockDecided => "3", _ => "1" }, StringComparer.Ordinal)
            .Select(record => Same(EventLog.ToLine(record)));
        return $"{name}\n{string.Concat(lines.Select(line => $"  {line}\n"))}";
    }

    private string Same(string line)
    {
        line = Differing().Replace(line.Replace(machines.Folder, "FOLDER", StringComparison.Ordinal).Replace(server.Folder, "GUEST", StringComparison.Ordinal), "");
        line = Digest().Replace(RunFolderName().Replace(line, "runs/RUN"), "DIGEST");
        return Number().Replace(line, "N");
    }

    [GeneratedRegex(""","((seq|at|seconds|since|longestGap)":("[^"]*"|[0-9.E-]+)|starvation":\{[^}]*\})""")]
    private static partial Regex Differing();

    [GeneratedRegex("runs/[^/\" ]+")]
    private static partial Regex RunFolderName();

    [GeneratedRegex("[0-9a-f]{8,64}")]
    private static partial Regex Digest();

    /// <summary>Ports, process ids and times in what is told to people.</summary>
    [GeneratedRegex(@"(?<=pid |127\.0\.0\.1:|after |console\.log:)[0-9.]+")]
    private static partial Regex Number();
}
