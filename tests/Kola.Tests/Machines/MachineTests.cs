using System.Text.RegularExpressions;
using FluentAssertions;
using Kola.Machines;
using Kola.Machines.AdapterPrograms;
using Kola.Machines.Host;
using Kola.Machines.Qemu.Qmp;
using Kola.Tests.Machines.AdapterPrograms;
using NUnit.Framework;

namespace Kola.Tests.Machines;

internal sealed class MachineTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);
    private FakeMachines machines = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task Prepare() => machines = await FakeMachines.StartAsync(Stop);

    [TearDown]
    public async Task Clean() => await machines.DisposeAsync();

    private static Task<string> SeeAsync(Machine machine, string pattern) =>
        machine.GuardAsync(pattern, Bound, async token => (await machine.Console.WaitForAsync(new Regex(pattern), 0, token)).Line, Stop);

    private static Task<bool> ForeverAsync(CancellationToken token) =>
        Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token).ContinueWith(_ => true, token, TaskContinuationOptions.None, TaskScheduler.Default);

    [Test]
    public async Task The_guest_runs_only_when_its_monitor_listens()
    {
        await using var machine = machines.Machine("cont: shutdown");
        var seen = new List<string>();
        machine.Changed += change => seen.Add(change.State);
        await machine.StartAsync(Stop);
        await machine.WaitForOffAsync(Bound, Stop);
        seen.Should().Equal("created", "started", "shutdown");
    }

    [Test]
    public async Task A_TPM_does_not_outlive_a_QEMU_that_does_not_start()
    {
        if (Executables.Find("swtpm") is null)
            Assert.Inconclusive("swtpm is not installed");
        await using var machine = machines.Machine(spec => spec with { Tpm = true }, "launch: exit 3");

        await machine.Invoking(m => m.StartAsync(Stop)).Should().ThrowAsync<HostException>().WithMessage("QEMU did not start, exit code 3*");

        Directory.EnumerateDirectories("/proc").Where(process => CommandLine(process).Contains(machines.Folder, StringComparison.Ordinal) && CommandLine(process).Contains("swtpm", StringComparison.Ordinal)).Should().BeEmpty();

        static string CommandLine(string process)
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

    [Test]
    public async Task The_host_is_measured_while_a_machine_is_on()
    {
        machines.Measure();
        await using var machine = machines.Machine("powerdown: shutdown");
        machine.Starvation.Since(0).Should().Be(Starvation.None);
        await machine.StartAsync(Stop);
        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Stop);

        machine.Starvation.Since(0).Window.Should().BeGreaterThan(TimeSpan.FromMilliseconds(50));
    }

    [Test]
    public async Task A_guest_that_heeds_its_power_button_shuts_down()
    {
        await using var machine = machines.Machine("powerdown: print going\\n", "powerdown: delay 100", "powerdown: shutdown");
        await machine.StartAsync(Stop);
        (await machine.PowerOffAsync(Bound, Stop)).Should().Be(PowerOffManner.Guest);
        machine.State.Should().Be(MachineState.Off);
        machine.LastChange.State.Should().Be("stopped");
        machine.Console.Text.Should().Be("going\n");
        (await machine.PowerOffAsync(Bound, Stop)).Should().Be(PowerOffManner.WasOff);
    }

    [Test]
    public async Task A_press_of_the_power_button_that_the_guest_missed_is_repeated()
    {
        await using var machine = machines.Machine("powerdown 1: ignore", "powerdown 2: shutdown");
        await machine.StartAsync(Stop);
        (await machine.PowerOffAsync(Bound, Stop)).Should().Be(PowerOffManner.Guest);
    }

    [Test]
    public async Task A_QEMU_that_neither_shuts_down_nor_quits_is_killed()
    {
        await using var machine = machines.Machine("powerdown: ignore", "quit: ignore");
        await machine.StartAsync(Stop);
        var pid = machine.ProcessId!.Value;
        (await machine.PowerOffAsync(TimeSpan.Zero, Stop)).Should().Be(PowerOffManner.Killed);
        machine.LastChange.Detail.Should().Contain($"pid {pid}").And.Contain("killed");
        ProcessIdentity.StartTimeOf(pid).Should().BeNull();
    }

    [Test]
    public async Task The_journal_is_kept_to_the_last_line_before_the_power_was_cut_and_over_it()
    {
        const string script = """{"MESSAGE":"TEXT","_BOOT_ID":"B0","__REALTIME_TIMESTAMP":"1700000000000000"}""";
        string Says(string text, char boot) => $"journal {script.Replace("TEXT", text).Replace("B0", new string(boot, 32))}\\n";
        await using var machine = machines.Machine(spec => spec with { JournalPort = true }, $"cont 1: {Says("last words", '1')}", $"cont 2: {Says("again", '2')}");
        await machine.StartAsync(Stop);
        await machine.Journal!.WaitForAsync(entry => entry.Message == "last words", Stop).WaitAsync(Bound, TimeProvider.System, Stop);

        await machine.PowerCutAsync(Stop);
        machine.Journal.Tail(1).Should().ContainSingle().Which.Message.Should().Be("last words");
        await machine.StartAsync(Stop);

        machine.Journal.Path.Should().Be(Path.Combine(machine.LogDirectory, "journal.jsonl"));
        var lines = await File.ReadAllLinesAsync(machine.Journal.Path, Stop);
        lines.Should().HaveCountGreaterThanOrEqualTo(5);
        lines[0].Should().Contain("power-on");
        lines[2].Should().Contain("last words");
        lines[3].Should().Contain("power-cut");
        lines[4].Should().Contain("power-on");
    }

    [Test]
    public async Task An_exit_that_nobody_asked_for_is_a_death_with_QEMUs_last_words()
    {
        await using var machine = machines.Machine("cont: print hello\\n", "cont: stderr out of luck", "cont: exit 3");
        await machine.StartAsync(Stop);
        var fault = await machine.Faulted.WaitAsync(Bound, TimeProvider.System, Stop);
        fault.Should().Match<MachineFault>(f => f.Name == "died" && f.IsHost && f.Detail.Contains("exit code 3") && f.Detail.Contains("out of luck"));
        machine.State.Should().Be(MachineState.Dead);
        machine.Console.Text.Should().Be("hello\n");
        machine.Invoking(m => m.Qmp).Should().Throw<HostException>().WithMessage("*off*");
    }

    [Test]
    public async Task A_wait_ends_at_once_when_QEMU_dies()
    {
        await using var machine = machines.Machine("cont: print up\\n", "key x: die");
        await machine.StartAsync(Stop);
        await SeeAsync(machine, "up");
        var waiting = machine.GuardAsync("SSH", TimeSpan.FromHours(1), ForeverAsync, Stop);
        await machine.Console.WriteAsync("x"u8.ToArray(), Stop);
        var thrown = (await waiting.Invoking(w => w).Should().ThrowAsync<MachineDiedException>()).Which;
        thrown.Message.Should().Contain("SSH").And.Contain("signal 9");
        thrown.ConsoleTail.Should().Equal("up");
    }

    [Test]
    public async Task A_timeout_tells_what_was_awaited_and_what_was_seen()
    {
        await using var machine = machines.Machine("cont: print one\\ntwo\\nlogin: ");
        await machine.StartAsync(Stop);
        await SeeAsync(machine, "login: $");
        var wait = () => machine.GuardAsync("SSH to answer", TimeSpan.FromMilliseconds(50), ForeverAsync, Stop);
        var thrown = (await wait.Should().ThrowAsync<MachineTimeoutException>()).Which;
        thrown.Message.Should().Contain("0.1 s waiting for SSH to answer").And.Contain("started").And.Contain($"QEMU runs (pid {machine.ProcessId})").And.Contain("two | login: ");
    }

    [Test]
    public async Task An_adapter_program_that_hangs_is_not_the_guest_s_timeout()
    {
        using var folder = new TemporaryFolder();
        await using var machine = machines.Machine();
        await machine.StartAsync(Stop);
        // A twelfth of its bound is what counts as hanging.
        var program = await AdapterProgram.OpenAsync(folder.Describing("sleep 600"), "./my-adapter", Stop, TimeSpan.FromSeconds(24));
        var wait = () => machine.GuardAsync("the release", TimeSpan.FromSeconds(4), token => program.AskAsync<ReleaseAnswer>(AdapterQuestion.Of(AdapterQuestionKind.Release), token), Stop);
        await wait.Should().ThrowAsync<AdapterProgramException>().WithMessage("*question 'release': was still running after *, when the wait for its answer ended, and was killed*");
    }

    [Test]
    public async Task A_cancelled_wait_is_a_cancellation()
    {
        await using var machine = machines.Machine();
        await machine.StartAsync(Stop);
        using var cancel = new CancellationTokenSource();
        var waiting = machine.GuardAsync("x", Bound, ForeverAsync, cancel.Token);
        await cancel.CancelAsync();
        await waiting.Invoking(w => w).Should().ThrowAsync<OperationCanceledException>();
    }

    [Test]
    public async Task A_failing_action_fails_as_it_is()
    {
        await using var machine = machines.Machine();
        await machine.StartAsync(Stop);
        var wait = () => machine.GuardAsync<int>("x", Bound, _ => throw new GuestException("the unit failed; look at it"), Stop);
        await wait.Should().ThrowAsync<GuestException>().WithMessage("the unit failed*");
    }

    [Test]
    public async Task The_death_is_told_where_it_made_the_action_fail()
    {
        await using var machine = machines.Machine("key x: exit 9");
        await machine.StartAsync(Stop);
        var wait = () => machine.GuardAsync<int>("status", Bound, async token =>
        {
            await machine.Console.WriteAsync("x"u8.ToArray(), token);
            while (true)
                await machine.Qmp.ExecuteAsync(new QueryStatus(), token);
        }, Stop);
        await wait.Should().ThrowAsync<MachineDiedException>().WithMessage("*exit code 9*");
    }

    [Test]
    public async Task A_QEMU_that_does_not_start_is_the_hosts_fault()
    {
        await using var machine = machines.Machine("launch: stderr qemu: -x: invalid option", "launch: exit 1");
        await machine.Invoking(m => m.StartAsync(Stop)).Should().ThrowAsync<HostException>().WithMessage("*exit code 1*invalid option*qemu.cmd*");
        machine.State.Should().Be(MachineState.Off);
    }

    [Test]
    public async Task The_console_goes_on_over_power_cycles()
    {
        await using var machine = machines.Machine("cont: print boot\\n");
        for (var cycle = 1; cycle <= 3; cycle++)
        {
            await machine.StartAsync(Stop);
            var from = 5 * (cycle - 1);
            await machine.GuardAsync("boot", Bound, token => machine.Console.WaitForAsync(new Regex("boot"), from, token), Stop);
            await machine.PowerCutAsync(Stop);
        }

        (await File.ReadAllTextAsync(machine.Console.LogPath, Stop)).Should().Be("boot\nboot\nboot\n");
    }

    [Test]
    public async Task A_disposed_machine_leaves_its_logs_and_nothing_else()
    {
        var machine = machines.Machine("cont: print hello\\n");
        await machine.StartAsync(Stop);
        await SeeAsync(machine, "hello");
        var pid = machine.ProcessId!.Value;
        await machine.DisposeAsync();
        await machine.DisposeAsync();
        ProcessIdentity.StartTimeOf(pid).Should().BeNull();
        Directory.EnumerateFiles(machine.LogDirectory).Select(Path.GetFileName)
            .Should().BeEquivalentTo("console.log", "console.times.jsonl", "qemu.cmd", "qemu.log");
        await machine.Invoking(m => m.StartAsync(Stop)).Should().ThrowAsync<ObjectDisposedException>();
    }

    [Test]
    public async Task A_disk_that_the_host_cannot_serve_ends_waits()
    {
        await using var machine = machines.Machine(
            """cont: event {"timestamp": {"seconds": 1, "microseconds": 0}, "event": "BLOCK_IO_ERROR", "data": {"device": "boot", "operation": "write", "nospace": true, "reason": "No space left on device"}}""");
        await machine.StartAsync(Stop);
        var wait = () => machine.GuardAsync("SSH", TimeSpan.FromHours(1), ForeverAsync, Stop);
        await wait.Should().ThrowAsync<MachineDiedException>().WithMessage("*disk-error*SSH*No space left on device*");
    }

    [Test]
    public async Task Waiting_for_a_machine_that_Kola_switched_off_is_a_mistake_of_the_caller()
    {
        await using var machine = machines.Machine();
        var wait = () => machine.GuardAsync("SSH", Bound, ForeverAsync, Stop);
        await wait.Should().ThrowAsync<InputException>().WithMessage("*m1 is off*");
        await machine.StartAsync(Stop);
        await machine.PowerCutAsync(Stop);
        await wait.Should().ThrowAsync<InputException>().WithMessage("*power cut by Kola*power it on*");
    }

    [Test]
    public async Task The_ssh_endpoint_is_what_QEMU_names()
    {
        await using var machine = machines.Machine();
        await machine.StartAsync(Stop);
        (await machine.SshEndpointAsync(Stop)).ToString().Should().Be("127.0.0.1:40022");
    }

    [Test]
    public async Task The_command_is_left_for_a_person_to_run()
    {
        await using var machine = machines.Machine();
        await machine.StartAsync(Stop);
        var path = Path.Combine(machine.LogDirectory, "qemu.cmd");
        var text = await File.ReadAllTextAsync(path, Stop);
        text.Should().StartWith("#!/bin/sh\n").And.Contain("qemu-img create").And.Contain("-serial mon:stdio").And.Contain("-S\n");
        File.GetUnixFileMode(path).Should().HaveFlag(UnixFileMode.UserExecute);
    }
}
