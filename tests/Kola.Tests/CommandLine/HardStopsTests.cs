using System.Text.Json.Nodes;
using CliWrap.Buffered;
using CliWrap.EventStream;
using FluentAssertions;
using NUnit.Framework;

namespace Kola.Tests.CommandLine;

[Parallelizable]
internal sealed class HardStopsTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [Test]
    public async Task A_guest_that_panics_fails_and_every_line_is_JSON()
    {
        using var kola = new KolaSandbox("cont: print Kernel panic - not syncing: Attempted to kill init!\\n");

        var ended = await kola.RunAsync(["run", "--json"], Stop);

        ended.Code.Should().Be(1);
        Types(ended.Stdout).Should().StartWith("run-planned").And.EndWith("run-finished");
        ended.Complaint.Should().Contain("Attempted to kill init");
        kola.Left.Should().BeEmpty();
    }

    [Test]
    public async Task A_QEMU_that_refuses_its_command_line_proves_nothing()
    {
        using var kola = new KolaSandbox("launch: stderr qemu: -frob: invalid option", "launch: exit 1");

        var ended = await kola.RunAsync(["run", "--json"], Stop);

        ended.Code.Should().Be(2);
        Types(ended.Stdout).Should().EndWith("run-finished");
        ended.Complaint.Should().Contain("QEMU did not start, exit code 1: qemu: -frob: invalid option");
        kola.Left.Should().BeEmpty();
    }

    [Test]
    public async Task Two_runs_of_one_checkout_do_not_meet()
    {
        using var kola = new KolaSandbox("cont: print Kernel panic - not syncing: bad\\n");

        var both = await Task.WhenAll(kola.RunAsync(["run"], Stop), kola.RunAsync(["run"], Stop));

        both.Should().OnlyContain(ended => ended.Code == 1);
        Directory.GetDirectories(kola["state/runs"]).Where(run => Path.GetFileName(run) != "latest").Should().HaveCount(2);
        kola.Left.Should().BeEmpty();
    }

    [TestCase("INT")]
    [TestCase("TERM")]
    [CancelAfter(120_000)]
    public async Task An_interrupted_run_drains_in_order(string signal)
    {
        using var kola = new KolaSandbox("cont: print up\\n");

        var (code, stdout) = await SignalAsync(kola, signal);

        code.Should().Be(130);
        Types(stdout).Should().EndWith("run-finished");
        JsonNode.Parse(stdout[^1])!["interrupted"]!.GetValue<bool>().Should().BeTrue();
        kola.Left.Should().BeEmpty();
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_killed_Kola_leaves_no_machine_and_no_disk()
    {
        using var kola = new KolaSandbox("cont: print up\\n");

        var (code, stdout) = await SignalAsync(kola, "KILL");

        code.Should().Be(137);
        Types(stdout).Should().NotContain("run-finished");
        using var patience = new CancellationTokenSource(Bound, TimeProvider.System);
        // The reaper itself is the last to go.
        while ((kola.Left.Any() || Running(kola["state"]).Any()) && !patience.IsCancellationRequested)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Stop);
        kola.Left.Should().BeEmpty();
        Running(kola["state"]).Should().BeEmpty();
    }

    /// <summary>Sends the signal once the scenario's first step has begun.</summary>
    private static async Task<(int Code, IReadOnlyList<string> Stdout)> SignalAsync(KolaSandbox kola, string signal)
    {
        var (pid, code, stdout) = (0, -1, new List<string>());
        await foreach (var told in kola.Follow(["run", "--json"], Stop))
        {
            switch (told)
            {
                case StartedCommandEvent started:
                    pid = started.ProcessId;
                    break;
                case StandardOutputCommandEvent line:
                    stdout.Add(line.Text);
                    if (JsonNode.Parse(line.Text) is { } record && (string?)record["type"] == "step-started" && (int?)record["step"] == 1)
                        await kola.Wrap("sh", ["-c", $"kill -s {signal} {pid}"]).ExecuteBufferedAsync(Stop);
                    break;
                case ExitedCommandEvent ended:
                    code = ended.ExitCode;
                    break;
            }
        }

        return (code, stdout);
    }

    private static IReadOnlyList<string> Types(IEnumerable<string> lines) => [.. lines.Select(line => (string)JsonNode.Parse(line)!["type"]!)];

    /// <summary>Processes that have the path on their command line.</summary>
    private static IEnumerable<string> Running(string path) =>
        Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)).Select(CommandLine).Where(line => line.Contains(path, StringComparison.Ordinal));

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (IOException)
        {
            return "";
        }
    }
}
