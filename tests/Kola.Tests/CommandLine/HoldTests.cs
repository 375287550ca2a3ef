using CliWrap.Buffered;
using FluentAssertions;
using Kola.Results.Events;
using NUnit.Framework;

namespace Kola.Tests.CommandLine;

/// <summary><c>--keep</c> and <c>--break</c> of <c>kola run</c> and <c>kola reproduce</c>, on a terminal and without one.</summary>
[CancelAfter(120_000)]
[Parallelizable]
internal sealed class HoldTests
{
    private const string EndsAtEnter = "Enter or Ctrl-C ends this", GoesOnAtEnter = "press Enter to continue with step 2", Enter = "\r", CtrlC = "\x03";
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [TestCase("--keep"), TestCase("--break", "2")]
    public async Task Without_a_terminal_nobody_could_end_it(params string[] options)
    {
        using var kola = Sandbox();

        var ended = await kola.RunAsync(["run", .. options], Stop);

        ended.Code.Should().Be(3);
        ended.Complaint.Should().Contain($"{options[0]} waits for Enter and needs a terminal");
        Directory.Exists(kola["state/runs"]).Should().BeFalse();
    }

    [TestCase("run")]
    [TestCase("reproduce")]
    public async Task A_break_goes_on_at_Enter_and_what_is_kept_then_ends_at_Enter(string command)
    {
        using var kola = Sandbox();
        string[] words = [command, "t.one", "--break", "2", "--keep"];
        if (command == "reproduce")
        {
            (await kola.RunAsync(["run"], Stop)).Code.Should().Be(0);
            words[1] = $"{new DirectoryInfo(kola["state/runs/latest"]).LinkTarget}/t.one";
        }

        var terminal = new Terminal(kola);
        // An Enter from before it is asked for is no answer.
        await terminal.TypeAsync(Enter, Stop);
        var running = 0;
        var code = await terminal.RunAsync(words, async line =>
        {
            if (!line.StartsWith(GoesOnAtEnter) && !line.StartsWith(EndsAtEnter))
                return;
            running += Running(kola["play"]).Any() ? 1 : 0;
            await terminal.TypeAsync(Enter, Stop);
        }, Stop);

        code.Should().Be(0, string.Join('\n', terminal.Lines));
        running.Should().Be(2, "the machine runs at both");
        var shown = string.Join('\n', terminal.Lines);
        shown.Should().Contain("t.one is stopped before step 2 (console").And.Contain("node: ssh -i ").And.Contain("root@127.0.0.1").And.Contain("tail -n +1 -F '").And.Contain("/node/console.log'");
        shown.Should().Contain("t.one: passed\nits machines are kept").And.Contain("so it proves nothing");
        kola.Left.Should().BeEmpty();
        Running(kola["play"]).Should().BeEmpty();
        Events(kola).OfType<AttemptHeld>().Select(e => e.Step).Should().Equal(2, null);
    }

    [Test]
    public async Task Ctrl_C_ends_a_run_at_a_break_as_interrupted_and_a_kept_machine_with_the_outcome()
    {
        using var kola = Sandbox();

        var stopped = await PressAsync(kola, ["run", "--break", "2"], GoesOnAtEnter);
        var kept = await PressAsync(kola, ["run", "--keep"], EndsAtEnter);

        stopped.Should().Be(130);
        kept.Should().Be(0);
        kola.Left.Should().BeEmpty();
    }

    [Test]
    public async Task A_Kola_that_is_killed_while_it_keeps_a_machine_leaves_none()
    {
        using var kola = Sandbox();
        var terminal = new Terminal(kola);

        await terminal.RunAsync(["run", "--keep"], async line =>
        {
            if (line.StartsWith(EndsAtEnter))
                await kola.Wrap("sh", ["-c", $"kill -s KILL {Running("kola.dll", "--keep").Single(id => CommandLine(id).StartsWith("dotnet") && File.ResolveLinkTarget($"/proc/{id}/cwd", false)?.FullName == kola["."].TrimEnd('.', '/'))}"]).ExecuteBufferedAsync(Stop);
        }, Stop);

        using var patience = new CancellationTokenSource(Bound, TimeProvider.System);
        // The reaper itself is the last to go.
        while ((kola.Left.Any() || Running(kola["state"]).Any()) && !patience.IsCancellationRequested)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Stop);
        kola.Left.Should().BeEmpty();
        Running(kola["state"]).Should().BeEmpty();
    }

    [Test]
    public async Task A_step_that_is_not_there_is_a_usage_error_with_those_that_are()
    {
        using var kola = Sandbox();
        var terminal = new Terminal(kola);

        var code = await terminal.RunAsync(["run", "--break", "reboot"], _ => Task.CompletedTask, Stop);

        code.Should().Be(3);
        string.Join('\n', terminal.Lines).Should().Contain("t.one has no step 'reboot'; there are\n  1  console");
    }

    private static async Task<int> PressAsync(KolaSandbox kola, string[] words, string at)
    {
        var terminal = new Terminal(kola);
        return await terminal.RunAsync(words, line => line.StartsWith(at) ? terminal.TypeAsync(CtrlC, Stop) : Task.CompletedTask, Stop);
    }

    private static IEnumerable<RunEvent> Events(KolaSandbox kola) => EventLog.Read(kola["state/runs/latest/events.jsonl"]);

    /// <summary>Ids of processes that have all the words on their command line.</summary>
    private static IReadOnlyList<string> Running(params string[] words) =>
        [.. Directory.EnumerateDirectories("/proc").Select(folder => Path.GetFileName(folder)).Where(name => int.TryParse(name, out _)).Where(id => words.All(CommandLine(id).Contains))];

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static KolaSandbox Sandbox()
    {
        var kola = new KolaSandbox("cont: print first\\n", "cont: print second\\n");
        kola.Write("scenarios/t.one.yaml", """
            scenario: t.one
            summary: A scenario of a test
            timeout: 10m
            image: os:1
            machines:
              node: {ready: false}
            steps:
              - console: {seen: first}
              - console: {seen: second}
            """);
        return kola;
    }
}
