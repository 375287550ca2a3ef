using System.Text.RegularExpressions;
using FluentAssertions;
using Kola.Results.Events;
using NUnit.Framework;

namespace Kola.Tests.CommandLine;

/// <summary>A gate as an array job of a real Slurm, by <c>ci/slurm.sbatch</c> as it stands, on the fake QEMU.</summary>
[Category("slurm")]
[Parallelizable]
internal sealed class SlurmTests
{
    private const int Parts = 4, Scenarios = 8, MostTurns = 10;

    /// <summary>In the second part with another; its machine hangs at first.</summary>
    private const string Hanging = "t.s6";

    private KolaSandbox kola = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    private static string Script => Path.Combine(Checkout.Root, "ci", "slurm.sbatch");

    [TearDown]
    public void Clean() => kola.Dispose();

    [Test, CancelAfter(900_000)]
    public async Task A_gate_is_shared_by_an_array_job_whose_killed_part_goes_on_and_all_parts_are_judged_together()
    {
        kola = Sandbox();
        (await kola.RunAsync(["key", "new", kola["signing"]], Stop)).Code.Should().Be(0);
        await using (var slurm = await SlurmCluster.StartAsync(kola, Stop))
        {
            var job = await slurm.AskAsync(["sbatch", "--parsable", "--export=ALL", $"--output={kola["out"]}-%a.log", Script], Stop);
            foreach (var part in (int[])[1, 3, 4])
                await slurm.WaitForTaskAsync($"{job}_{part}", "COMPLETED", Stop);
            await slurm.WaitUntilAsync($"the second part has only {Hanging} left", ["cat", kola["out-2.log"]], told => told.Contains("1 of 2 done", StringComparison.Ordinal), Stop);

            // As when its node is lost: Kola has no time to end anything.
            await slurm.AskAsync(["scancel", "--batch", "--signal=KILL", $"{job}_2"], Stop);
            await slurm.WaitForTaskAsync($"{job}_2", "FAILED", Stop);
            File.Delete(kola["hanging"]);
            // The first part had nothing left to run; the node of such a task can be lost, too.
            foreach (var task in (string[])[$"{job}_2", $"{job}_1"])
                await RequeueAsync(slurm, task);

            var judge = await slurm.AskAsync(["sbatch", "--parsable", $"--dependency=afterany:{job}", "--wait", "--export=ALL", "--array=0", $"--output={kola["judged.log"]}", Script, "--judge", "--key", kola["signing.key"]], Stop);
            judge.Should().NotBe(job);
        }

        (await File.ReadAllTextAsync(kola["judged.log"], Stop)).Should().Contain("GATE PASSED: what was booted may ship.").And.Contain($"{Scenarios} required: {Scenarios} passed");
        (await kola.RunAsync(["verify", "--artifact", kola["images/disk.raw"], "--record", kola["results/record.dsse.json"], "--key", kola["signing.pub"]], Stop)).Should().BeEquivalentTo(new { Code = 0 });
        (await File.ReadAllTextAsync(kola["out-1.log"], Stop)).Should().Contain("all scenarios have run: judging what is recorded");
        Plans(1).Should().ContainSingle().Which.Scenarios.Should().HaveCount(Scenarios / Parts);
        Plans(2).Should().SatisfyRespectively(
            first => first.Scenarios.Should().HaveCount(Scenarios / Parts),
            second => second.Should().Match<RunPlanned>(plan => plan.Resumes == Plans(2)[0].Run && plan.Scenarios.Count == 1 && plan.Scenarios[0].Id == Hanging));
        Survivors().Should().BeEmpty();
    }

    [Test, CancelAfter(300_000)]
    public async Task Nothing_of_it_survives_a_job_that_never_ends()
    {
        kola = Sandbox();
        await using (var slurm = await SlurmCluster.StartAsync(kola, Stop))
        {
            await slurm.AskAsync(["sbatch", $"--output={kola["sleeps.log"]}", $"--wrap=setsid sleep infinity & echo up; wait"], Stop);
            await slurm.WaitUntilAsync("the job is up", ["cat", kola["sleeps.log"]], told => told == "up", Stop);
            Survivors().Should().HaveCountGreaterThan(3);
        }

        Survivors().Should().BeEmpty();
    }

    /// <summary>Without the two minutes that Slurm gives a node to recover.</summary>
    /// <remarks>For a second, which is the grain of its clock, the node refuses a job that it has just killed ("Job credential revoked"); the job then has not run at all, and is tried again. By the same grain that took it no second or one.</remarks>
    private static async Task RequeueAsync(SlurmCluster slurm, string task)
    {
        for (var turn = 1; ; turn++)
        {
            await slurm.AskAsync(["scontrol", "requeue", task], Stop);
            await slurm.WaitForTaskAsync(task, "PENDING", Stop);
            await slurm.AskAsync(["scontrol", "update", $"JobId={task}", "StartTime=now"], Stop);
            var ended = await slurm.WaitForTaskAsync(task, "(?:COMPLETED|FAILED)", Stop);
            if (ended.Contains(" JobState=COMPLETED ", StringComparison.Ordinal))
                return;
            if (turn == MostTurns || !Regex.IsMatch(ended, " RunTime=00:00:0[01] "))
                throw new InvalidOperationException($"task {task} ended as: {ended}");
        }
    }

    private RunPlanned[] Plans(int part) =>
        [.. Directory.GetDirectories(kola[$"results/part-{part}/runs"]).Where(run => new DirectoryInfo(run).LinkTarget is null).Order(StringComparer.Ordinal)
            .Select(run => EventLog.Read(Path.Combine(run, EventLog.FileName)).First()).Cast<RunPlanned>()];

    /// <summary>Processes that have the test's folder in their environment or command line.</summary>
    private IEnumerable<string> Survivors() => System.Diagnostics.Process.GetProcesses().Select(process =>
    {
        using (process)
        {
            try
            {
                var line = File.ReadAllText($"/proc/{process.Id}/cmdline");
                return (line + File.ReadAllText($"/proc/{process.Id}/environ")).Contains(kola[""], StringComparison.Ordinal) ? line.Replace('\0', ' ') : null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }).OfType<string>();

    private static KolaSandbox Sandbox()
    {
        var kola = new KolaSandbox("cont: print hello\\n");
        foreach (var number in Enumerable.Range(1, Scenarios))
            kola.Write($"scenarios/t.s{number}.yaml", $$"""
                scenario: t.s{{number}}
                summary: A scenario of a test
                timeout: 10m
                image: os:1
                machines: { {{(Hanging == $"t.s{number}" ? "hangs" : "node")}}: {ready: false} }
                steps:
                  - console: {seen: hello}
                    timeout: 5m
                """);
        File.Delete(kola["scenarios/t.one.yaml"]);
        kola.Write("ci/gate.yaml", "required: [{paths: [scenarios]}]\n");
        kola.Write("hanging", "");
        kola.Write("silence", "cont: print nothing\\n");
        var fake = Path.Combine(AppContext.BaseDirectory, "fake-qemu");
        kola.Write("qemu", $"""
            #!/bin/sh
            [ "$1" = --version ] && exec '{fake}' --version
            play='{kola["play"]}'
            case " $* " in *' -name hangs '*) [ ! -e '{kola["hanging"]}' ] || play='{kola["silence"]}' ;; esac
            exec '{fake}' --script "$play" "$@"

            """);
        File.SetUnixFileMode(kola.Write("kola", $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "kola.dll")}' \"$@\"\n"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        // The runner of these tests may itself be a job of a batch system.
        foreach (var variable in Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(name => name.StartsWith("SLURM", StringComparison.Ordinal) || name is "JOB_COMPLETION_INDEX" or "CI_NODE_INDEX" or "GITHUB_STEP_SUMMARY" or "KOLA_SIGNING_KEY"))
            kola.With(variable, "");
        return kola.With("KOLA", kola["kola"]).With("KOLA_RESULTS", kola["results"]);
    }
}
