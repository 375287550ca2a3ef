using FluentAssertions;
using Kola.Results.Events;
using NUnit.Framework;

namespace Kola.Tests.CommandLine;

/// <summary><c>kola gate</c>, <c>key</c> and <c>verify</c> as a pipeline calls them, on the fake QEMU.</summary>
[Parallelizable]
internal sealed class GateTests
{
    private KolaSandbox kola = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [TearDown]
    public void Clean() => kola.Dispose();

    [Test]
    public async Task What_passes_may_ship_and_its_record_vouches_for_the_artifact_until_one_of_them_differs()
    {
        kola = Sandbox("cont: print hello\\n");
        (await kola.RunAsync(["key", "new", kola["signing"]], Stop)).Code.Should().Be(0);

        var gate = await kola.RunAsync(["gate", "--key", kola["signing.key"], "--record", kola["record"]], Stop);

        gate.Complaint.Should().Contain("GATE PASSED: what was booted may ship.").And.Contain("2 required: 2 passed");
        gate.Code.Should().Be(0);
        (await VerifyAsync("images/disk.raw")).Should().BeEquivalentTo(new { Code = 0 });
        var refused = await VerifyAsync("images/catalog.yaml");
        refused.Code.Should().Be(1);
        refused.Complaint.Should().Contain("about other artifacts");
        (await VerifyAsync("images/disk.raw", "--policy", kola["ci/gate.yaml"])).Code.Should().Be(0);
        (await VerifyAsync("images/disk.raw", "--policy", kola["images/catalog.yaml"])).Complaint.Should().Contain("another policy");
    }

    [Test]
    public async Task A_verdict_leaves_the_forms_that_pipelines_take_and_a_page_for_people()
    {
        kola = Sandbox("cont: print hello\\n");
        (await kola.RunAsync(["key", "new", kola["signing"]], Stop)).Code.Should().Be(0);
        var image = $"registry.example/os@sha256:{new string('c', 64)}";

        var gate = await kola.RunAsync(["gate", "--key", kola["signing.key"], "--record", kola["out.dsse.json"], "--subject", image, "--url", "https://ci.example/job/7"], Stop);

        gate.Code.Should().Be(0, gate.Complaint);
        foreach (var form in (string[])["out.dsse.json", "out.sigstore.json", "out.intoto.json", "out.predicate.json", "out.vsa.dsse.json", "out.vsa.sigstore.json"])
            File.Exists(kola[form]).Should().BeTrue(form);
        foreach (var (artifact, record, code) in new[] { (image, "out.sigstore.json", 0), (kola["images/disk.raw"], "out.sigstore.json", 0), (image, "out.dsse.json", 0), (image.Replace('c', 'd'), "out.dsse.json", 1), (image, "out.vsa.dsse.json", 1) })
            (await kola.RunAsync(["verify", "--artifact", artifact, "--record", kola[record], "--key", kola["signing.pub"]], Stop)).Code.Should().Be(code, "{0} by {1}", artifact, record);
        (await File.ReadAllTextAsync(kola["out.intoto.json"], Stop)).Should().Contain("\"url\":\"https://ci.example/job/7\"");
        (await File.ReadAllTextAsync(kola["state/runs/latest/report.html"], Stop)).Should().ContainAll("GATE PASSED: what was booted may ship.", "https://ci.example/job/7");
        // Made again from the log, it still knows the verdict.
        File.Delete(kola["state/runs/latest/report.html"]);
        var report = await kola.RunAsync(["report", "--page"], Stop);
        report.Stdout.Should().ContainSingle().Which.Should().EndWith("/report.html");
        (await File.ReadAllTextAsync(report.Stdout[0], Stop)).Should().Contain("GATE PASSED: what was booted may ship.");
    }

    [Test]
    public async Task A_scenario_that_passes_again_is_told_with_the_entry_to_remove()
    {
        kola = Sandbox("cont: print hello\\n");
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        kola.Write("ci/quarantine.yaml", $"quarantine:\n  - {{scenario: t.two, reason: it was slow, tracker: 'https://tracker.example/1', owner: the boot team, from: {today.AddDays(-1):yyyy-MM-dd}, until: {today.AddDays(1):yyyy-MM-dd}}}\n");

        var gate = await kola.RunAsync(["gate"], Stop);

        gate.Code.Should().Be(0, gate.Complaint);
        gate.Complaint.Should().Contain("t.two passes again, though in quarantine until").And.Contain("remove the entry at ").And.Contain("ci/quarantine.yaml:2:");
        (await File.ReadAllTextAsync(kola["state/runs/latest/report.html"], Stop)).Should().Contain("passes again");
        (await File.ReadAllTextAsync(kola["state/runs/latest/verdict.md"], Stop)).Should().Contain("`t.two` passes again");
    }

    [Test]
    public async Task The_tier_core_is_a_first_answer_and_says_so_first_and_last_and_to_who_verifies()
    {
        kola = Sandbox("cont: print hello\\n");
        (await kola.RunAsync(["key", "new", kola["signing"]], Stop)).Code.Should().Be(0);
        await File.AppendAllTextAsync(kola["ci/gate.yaml"], "\ncore: [{scenarios: [t.one]}]\n", Stop);

        var gate = await kola.RunAsync(["gate", "--tier", "auto", "--key", kola["signing.key"], "--record", kola["record"]], Stop);

        gate.Complaint.Should().StartWith("tier core, as this host has no KVM (KOLA_ACCEL=tcg): a first answer.")
            .And.Contain("GATE PASSED, TIER CORE: what was booted passes the first checks.").And.Contain("1 required: 1 passed").And.NotContain("booted may ship");
        gate.Code.Should().Be(0);
        (await VerifyAsync("images/disk.raw")).Should().Match<KolaSandbox.Ended>(ended => ended.Code == 1 && ended.Complaint.Contains("the record is of the tier core"));
        (await VerifyAsync("images/disk.raw", "--tier", "core")).Code.Should().Be(0);
    }

    [TestCase]
    [TestCase("--shard", "1/2")]
    public async Task Going_on_from_a_run_that_left_nothing_judges_what_is_recorded(params string[] part)
    {
        kola = Sandbox("cont: print hello\\n");
        (await kola.RunAsync(["gate", .. part], Stop)).Code.Should().Be(0);

        var gone = await kola.RunAsync(["gate", .. part, "--resume", Path.GetFileName(Runs()[0])], Stop);

        gone.Code.Should().Be(0, gone.Complaint);
        gone.Complaint.Should().Contain("all scenarios have run: judging what is recorded").And.Contain("GATE PASSED: what was booted").And.Contain($"{(part is [] ? 2 : 1)} required: ");
        Runs().Should().ContainSingle("nothing was run again");
    }

    [Test]
    public async Task A_policy_without_the_tier_core_cannot_be_asked_for_it()
    {
        kola = Sandbox("cont: print hello\\n");

        var gate = await kola.RunAsync(["gate", "--tier", "core"], Stop);

        gate.Code.Should().Be(3);
        gate.Complaint.Should().Contain("the policy has no tier core; expected 'core:' in it, or --tier full");
    }

    [Test]
    public async Task What_fails_may_not_ship_and_says_which_scenario_and_how_to_see_it_again()
    {
        kola = Sandbox("cont: print a bad hello\\n");
        kola.Write("scenarios/t.two.yaml", Scenario("t.two", "{seen: hello, never: bad}"));

        var gate = await kola.RunAsync(["gate"], Stop);

        gate.Complaint.Should().Contain("GATE FAILED: what was booted may not ship.").And.Contain("BLOCKS  t.two: failed").And.Contain("attempts: failed, failed")
            .And.Contain("reproduce: ci/kola run t.two --seed ").And.Contain("no record was signed");
        gate.Code.Should().Be(1);
    }

    [Test]
    public async Task A_run_that_reaches_the_policys_maximum_duration_is_told_as_that()
    {
        kola = Sandbox("cont: print hello\\n");
        kola.Write("scenarios/t.two.yaml", Scenario("t.two", "{seen: never comes}"));
        await File.AppendAllTextAsync(kola["ci/gate.yaml"], "\nmax-duration: 8s\n", Stop);

        var gate = await kola.RunAsync(["gate"], Stop);

        gate.Code.Should().Be(2);
        gate.Complaint.Should().Contain("GATE NOT PROVEN").And.Contain("it was stopped at the policy's maximum duration (0.1 min)").And.NotContain("it was interrupted");
    }

    [Test]
    public async Task Infrastructure_is_not_proven()
    {
        kola = Sandbox("cont: print going\\n", "cont: die");

        var gate = await kola.RunAsync(["gate"], Stop);

        gate.Complaint.Should().Contain("GATE NOT PROVEN: what was booted may not ship.");
        gate.Code.Should().Be(2);
    }

    [Test]
    public async Task A_shard_without_a_scenario_is_no_error_and_nobody_misses_it()
    {
        kola = Sandbox("cont: print hello\\n");

        var third = await kola.RunAsync(["gate", "--shard", "3/3"], Stop);

        third.Code.Should().Be(0);
        third.Complaint.Should().Contain("shard 3/3 has no scenario");
        Directory.Exists(kola["state/runs"]).Should().BeFalse();
        foreach (var shard in (string[])["1/3", "2/3"])
            (await kola.RunAsync(["gate", "--shard", shard], Stop)).Code.Should().Be(0);
        (await kola.RunAsync(["gate", "--from", .. Runs()], Stop)).Code.Should().Be(0);
    }

    [Test]
    public async Task Shards_are_judged_together_and_a_missing_one_is_not_proven()
    {
        kola = Sandbox("cont: print hello\\n");

        var first = await kola.With("CI_NODE_INDEX", "1").With("CI_NODE_TOTAL", "2").RunAsync(["gate"], Stop);
        var second = await kola.With("CI_NODE_INDEX", "2").RunAsync(["gate"], Stop);

        (first.Code, second.Code).Should().Be((0, 0));
        first.Complaint.Should().Contain("by shard 1/2 alone").And.Contain("1 required: 1 passed");
        var runs = Runs();
        runs.Should().HaveCount(2);
        (await kola.RunAsync(["gate", "--from", .. runs], Stop)).Code.Should().Be(0);
        var half = await kola.RunAsync(["gate", "--from", runs[0]], Stop);
        half.Code.Should().Be(2);
        half.Complaint.Should().Contain("shard 2/2 is missing").And.Contain("1 not tried: t.two: not in any run's plan");
    }

    [Test]
    public async Task A_run_that_was_killed_is_gone_on_from()
    {
        kola = Sandbox("cont: print hello\\n");
        (await kola.RunAsync(["gate"], Stop)).Code.Should().Be(0);
        // As if it had been killed after the first scenario: the log ends there.
        var log = Path.Combine(Runs().Single(), EventLog.FileName);
        var lines = await File.ReadAllLinesAsync(log, Stop);
        var cut = Array.FindIndex(lines, line => line.Contains("attempt-finished", StringComparison.Ordinal)) + 1;
        await File.WriteAllLinesAsync(log, lines[..cut], Stop);
        var killed = Runs().Single();

        var judged = await kola.RunAsync(["gate", "--from", killed], Stop);
        var resumed = await kola.RunAsync(["gate", "--resume", killed], Stop);

        judged.Code.Should().Be(2);
        judged.Complaint.Should().Contain("it did not finish");
        resumed.Code.Should().Be(0, resumed.Complaint);
        resumed.Complaint.Should().Contain("2 required: 2 passed");
        EventLog.Read(Path.Combine(Runs().Single(run => run != killed), EventLog.FileName)).OfType<AttemptStarted>().Should().ContainSingle("the other one had been tried");
    }

    [Test]
    public async Task What_changed_since_a_run_was_killed_does_not_count_as_tried()
    {
        kola = Sandbox("cont: print hello\\n");
        (await kola.RunAsync(["gate"], Stop)).Code.Should().Be(0);
        kola.Write("scenarios/t.one.yaml", Scenario("t.one", "{seen: hello}") + "\n# changed\n");

        var gate = await kola.RunAsync(["gate", "--from", Runs().Single()], Stop);

        gate.Code.Should().Be(2);
        gate.Complaint.Should().Contain("scenarios/t.one.yaml has changed since it ran");
    }

    [Test]
    public async Task Lint_checks_a_policy_at_another_place()
    {
        kola = Sandbox("cont: print hello\\n");
        kola.Write("nightly.yaml", "required:\n  - scenarios: [t.nowhere]\nretrys: 1\n");

        var lint = await kola.RunAsync(["lint", "--policy", "nightly.yaml"], Stop);

        lint.Code.Should().Be(1);
        lint.Complaint.Should().Contain("nightly.yaml:3:1: unknown key 'retrys'");
    }

    [Test]
    public async Task An_expired_quarantine_blocks_and_lint_tells_it_before()
    {
        kola = Sandbox("cont: print hello\\n");
        kola.Write("ci/quarantine.yaml", """
            quarantine:
              - {scenario: t.two, reason: slow, tracker: "https://tracker.example/1", owner: the boot team, from: 2020-01-01, until: 2020-01-20}
            """);

        var gate = await kola.RunAsync(["gate"], Stop);
        var lint = await kola.RunAsync(["lint"], Stop);

        gate.Code.Should().Be(2);
        gate.Complaint.Should().Contain("ci/quarantine.yaml:2:5: the quarantine of 't.two' expired on 2020-01-20");
        lint.Code.Should().Be(1);
        lint.Complaint.Should().Contain("ci/quarantine.yaml:2:5: the quarantine of 't.two' expired on 2020-01-20");
    }

    [TestCase("gate --shard 4/3", "--shard 4/3: expected")]
    [TestCase("gate --from nowhere", "run nowhere not found")]
    [TestCase("gate --candidate images", "--candidate images: ")]
    [TestCase("gate --policy nowhere.yaml", "there is no such file")]
    [TestCase("gate --key images/catalog.yaml", "holds no private key")]
    [TestCase("verify --artifact a --record b --key c", "a cannot be read")]
    [TestCase("gate --subject os@sha256:abc", "--subject os@sha256:abc: expected NAME@sha256: and 64 digits")]
    [TestCase("gate --url nowhere", "--url nowhere: expected an address that begins with https://")]
    public async Task A_wrong_request_is_a_usage_error(string line, string complaint)
    {
        kola = Sandbox();

        var ended = await kola.RunAsync(line.Split(' '), Stop);

        ended.Code.Should().Be(3);
        ended.Complaint.Should().Contain(complaint);
    }

    [Test]
    public async Task A_key_that_is_there_is_not_written_over_and_an_encrypted_one_needs_its_password()
    {
        kola = Sandbox("cont: print hello\\n").With("KOLA_KEY_PASSWORD", "secret");
        (await kola.RunAsync(["key", "new", kola["signing"]], Stop)).Code.Should().Be(0);

        (await kola.RunAsync(["key", "new", kola["signing"]], Stop)).Complaint.Should().Contain("is there already");
        File.GetUnixFileMode(kola["signing.key"]).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        kola.With("KOLA_KEY_PASSWORD", "");
        var gate = await kola.RunAsync(["gate", "--key", kola["signing.key"]], Stop);
        gate.Code.Should().Be(3);
        gate.Complaint.Should().Contain("is encrypted; set KOLA_KEY_PASSWORD");
    }

    private Task<KolaSandbox.Ended> VerifyAsync(string artifact, params string[] more) =>
        kola.RunAsync(["verify", "--artifact", kola[artifact], "--record", kola["record"], "--key", kola["signing.pub"], .. more], Stop);

    private string[] Runs() => [.. Directory.GetDirectories(kola["state/runs"]).Where(run => new DirectoryInfo(run).LinkTarget is null).Order(StringComparer.Ordinal)];

    private static KolaSandbox Sandbox(params string[] script)
    {
        var sandbox = new KolaSandbox(script);
        sandbox.Write("ci/gate.yaml", "required: [{paths: [scenarios]}]\nretries: 1\n");
        sandbox.Write("scenarios/t.one.yaml", Scenario("t.one", "{seen: hello}"));
        sandbox.Write("scenarios/t.two.yaml", Scenario("t.two", "{seen: hello}"));
        // The runner of these tests may itself be a job of a batch system.
        foreach (var variable in new[] { "SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX", "CI_NODE_INDEX", "GITHUB_STEP_SUMMARY", "KOLA_SIGNING_KEY" })
            sandbox.With(variable, "");
        return sandbox;
    }

    private static string Scenario(string name, string console) => $"""
        scenario: {name}
        summary: A scenario of a test
        timeout: 10m
        image: os:1
        machines:
          node: {"{ready: false}"}
        steps:
          - console: {console}
            timeout: 2m
        """;
}
