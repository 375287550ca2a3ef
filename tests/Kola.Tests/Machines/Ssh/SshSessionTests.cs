using FluentAssertions;
using Kola.Machines.Provisioning;
using Kola.Machines.Ssh;
using NUnit.Framework;

namespace Kola.Tests.Machines.Ssh;

[TestFixture]
public sealed class SshSessionTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);
    private SshServer server = null!;

    private SshSession Ssh => server.Ssh;

    [SetUp]
    public async Task StartServer() => server = await SshServer.StartAsync();

    [TearDown]
    public async Task StopServer() => await server.DisposeAsync();

    [Test]
    public async Task Output_errors_and_exit_code_come_apart()
    {
        var result = await RunAsync("echo out; echo err >&2; exit 7");

        result.Should().BeEquivalentTo(new { Stdout = "out\n", Stderr = "err\n", ExitCode = 7, Signal = (string?)null, Succeeded = false });
    }

    [Test]
    public async Task Quick_commands_lose_no_output()
    {
        for (var i = 0; i < 50; i++)
            (await RunAsync($"echo {i}")).Stdout.Should().Be($"{i}\n");
    }

    [Test]
    public async Task Commands_run_beside_each_other()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => RunAsync($"seq {i * 1000} {(i * 1000) + 999}")));

        results.Select(r => r.Stdout.Count(c => c == '\n')).Should().AllBeEquivalentTo(1000);
    }

    [Test]
    public async Task A_command_reads_nothing_from_its_stdin() => (await RunAsync("cat; echo end")).Stdout.Should().Be("end\n");

    [Test]
    public async Task A_command_the_shell_cannot_read_says_so_with_the_right_line() =>
        (await RunAsync("true\nif then")).Stderr.Should().Contain("line 2: syntax error").And.NotContain("kola-");

    [Test]
    public async Task A_command_that_dies_of_a_signal_is_counted_as_the_shell_does() =>
        (await RunAsync("kill -9 $$")).Should().BeEquivalentTo(new { ExitCode = 137, Signal = "KILL" });

    [Test]
    public async Task Of_a_very_long_output_the_beginning_and_the_end_are_kept()
    {
        var result = await RunAsync("echo first; head -c 5000000 /dev/zero | tr '\\0' x; echo; echo last");

        result.Stdout.Should().StartWith("first\nxxx").And.EndWith("xxx\nlast\n").And.Contain("bytes left out here");
        result.Stdout.Length.Should().BeLessThan(1_100_000);
    }

    [Test]
    public async Task A_command_that_does_not_end_is_ended_and_tells_what_it_wrote()
    {
        var run = () => Ssh.RunAsync("echo begun; echo $$ > " + ShellQuote.Path(server.Folder + "/pid") + "; while :; do sleep 1000; done", TimeSpan.FromSeconds(2), CancellationToken.None);

        (await run.Should().ThrowAsync<SshCommandTimeoutException>()).Which.Stdout.Should().Be("begun\n");
        var pid = (await File.ReadAllTextAsync(server.Folder + "/pid")).Trim();
        (await RunAsync($"for i in $(seq 100); do [ -d /proc/{pid} ] || exit 0; sleep 0.1; done; exit 1")).ExitCode.Should().Be(0);
    }

    [Test]
    public async Task A_cancelled_command_is_a_cancellation()
    {
        await Ssh.ConnectAsync(CancellationToken.None);
        using var cancel = new CancellationTokenSource();
        var run = Ssh.RunAsync("sleep 1000", Long, cancel.Token);
        await cancel.CancelAsync();

        await FluentActions.Awaiting(() => run).Should().ThrowAsync<OperationCanceledException>();
    }

    [Test]
    public async Task A_connection_lost_while_a_command_runs_tells_which_command()
    {
        await Ssh.ConnectAsync(CancellationToken.None);
        var run = RunAsync($"touch {server.Folder}/runs; sleep 1000");
        while (!File.Exists(server.Folder + "/runs"))
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        await server.StopAsync();

        (await FluentActions.Awaiting(() => run).Should().ThrowAsync<SshConnectionLostException>()).Which.What.Should().Contain("sleep 1000");
    }

    [Test]
    public async Task A_guest_that_is_reset_ends_at_once_what_runs_though_the_connection_stays_open()
    {
        var link = new BreakableLink();
        await using var session = server.Session(link: link);
        var run = session.RunAsync($"touch {server.Folder}/runs; sleep 1000", TimeSpan.FromMinutes(10), CancellationToken.None);
        while (!File.Exists(server.Folder + "/runs"))
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        // As QEMU's user network does: the server's side is left as it is.
        link.Break();

        (await FluentActions.Awaiting(() => run.WaitAsync(Long, TimeProvider.System)).Should().ThrowAsync<SshConnectionLostException>()).Which.What.Should().Contain("sleep 1000");
        (await session.RunAsync("echo again", Long, CancellationToken.None)).Stdout.Should().Be("again\n");
    }

    [Test]
    public async Task After_a_restart_of_the_server_the_next_command_connects_anew()
    {
        await RunAsync("true");
        await server.StopAsync();
        await server.StartProcessAsync();

        (await RunAsync("echo again")).Stdout.Should().Be("again\n");
    }

    [Test]
    public async Task A_server_that_comes_up_late_is_waited_for()
    {
        await server.StopAsync();
        var connect = Ssh.ConnectAsync(CancellationToken.None);
        while (!Ssh.LastState.Contains("refused", StringComparison.Ordinal))
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        await server.StartProcessAsync();

        await connect.WaitAsync(Long, TimeProvider.System);
        Ssh.IsConnected.Should().BeTrue();
    }

    [Test]
    public async Task A_command_without_a_server_ends_in_its_time_and_tells_why()
    {
        await server.StopAsync();
        var run = () => Ssh.RunAsync("true", TimeSpan.FromSeconds(1), CancellationToken.None);

        await run.Should().ThrowAsync<SshCommandTimeoutException>().WithMessage("*no SSH connection*refused*");
    }

    [Test]
    public async Task A_key_the_server_does_not_know_is_refused()
    {
        Directory.CreateDirectory(server.Folder + "/other");
        var other = await AccessKey.CreateAsync(server.Folder + "/other", CancellationToken.None);
        await using var session = server.Session(other);

        await session.Awaiting(s => s.ConnectAsync(CancellationToken.None)).Should().ThrowAsync<SshRefusedException>().WithMessage("*server: SSH refuses*");
    }

    [Test]
    public async Task Another_host_key_than_the_first_is_refused_until_it_is_forgotten()
    {
        await RunAsync("true");
        await server.StopAsync();
        await server.NewHostKeyAsync();
        await server.StartProcessAsync();

        await Ssh.Awaiting(s => s.RunAsync("true", Long, CancellationToken.None)).Should().ThrowAsync<HostKeyChangedException>().WithMessage("*changed from ssh-ed25519 SHA256:*to ssh-ed25519 SHA256:*");
        Ssh.ForgetHostKey();
        (await RunAsync("true")).ExitCode.Should().Be(0);
    }

    [Test]
    public async Task The_boot_id_is_the_kernels() =>
        (await Ssh.BootIdAsync(CancellationToken.None)).Should().Be((await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id")).Trim());

    [Test]
    public async Task The_transcript_tells_commands_results_and_failures()
    {
        await RunAsync("echo out; echo err >&2; exit 3");
        await Ssh.Awaiting(s => s.RunAsync("sleep 1000", TimeSpan.FromMilliseconds(200), CancellationToken.None)).Should().ThrowAsync<SshCommandTimeoutException>();

        var transcript = await File.ReadAllTextAsync(server.Transcript);
        transcript.Should().MatchRegex("# 2.*Z connected to 127.0.0.1:.*host key ssh-ed25519 SHA256:")
            .And.MatchRegex(@"\$ 2.*Z echo out; echo err >&2; exit 3\n  out\n! err\n= exit 3 after ")
            .And.MatchRegex(@"\$ 2.*Z sleep 1000\n= server: no end after 0.2 s");
    }

    private sealed class BreakableLink : IGuestLink
    {
        public event Action? Broken;

        public void Break() => Broken!();

        public Task<bool> IsUpAsync(CancellationToken cancellationToken) => Task.FromResult(true);

        public Task<bool> HasAcceptedAsync(CancellationToken cancellationToken) => Task.FromResult(true);
    }

    private Task<CommandResult> RunAsync(string command) => Ssh.RunAsync(command, Long, CancellationToken.None);
}
