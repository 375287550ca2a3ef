using System.Globalization;
using FluentAssertions;
using Kola.Machines.Host;
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
    public async Task Nothing_that_a_command_leaves_behind_outlives_the_server()
    {
        await using var other = await SshServer.StartAsync();
        var file = other.Folder + "/left";
        await other.Ssh.RunAsync($"setsid sh -c 'echo $$ > {file}.new; mv {file}.new {file}; exec sleep 1000' < /dev/null > /dev/null 2>&1 & while [ ! -e {file} ]; do sleep 0.01; done", Long, CancellationToken.None);
        var left = int.Parse(await File.ReadAllTextAsync(file), CultureInfo.InvariantCulture);
        ProcessIdentity.StartTimeOf(left).Should().NotBeNull("it runs");

        await other.EndAsync();

        var patience = Task.Delay(Long, TimeProvider.System);
        while (ProcessIdentity.StartTimeOf(left) is not null && !patience.IsCompleted)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        ProcessIdentity.StartTimeOf(left).Should().BeNull("process {0} must be dead", left);
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

    [Test]
    public async Task What_start_up_files_print_is_not_the_commands_output()
    {
        await File.WriteAllTextAsync(server.Folder + "/.bashrc", "echo welcome; echo careful >&2; cat() { echo no such cat; }; export LC_ALL=de_DE.UTF-8\n");

        (await RunAsync("echo out; echo err >&2")).Should().BeEquivalentTo(new { Stdout = "out\n", Stderr = "err\n" });
        (await File.ReadAllTextAsync(server.Transcript)).Should().MatchRegex("# 2.*start-up files of .*'s shell printed: .*careful");
    }

    [Test]
    public async Task What_Kola_asks_knows_nothing_of_start_up_files()
    {
        await File.WriteAllTextAsync(server.Folder + "/.bashrc", "echo welcome; cat() { echo no such cat; }; export LC_ALL=de_DE.UTF-8; set -u\n");

        (await RunAsync("echo a | cat")).Stdout.Should().Be("no such cat\n", "a scenario's command runs in the login shell as it is");
        (await Ssh.QueryAsync("echo a | cat; echo $LC_ALL $none", Long, CancellationToken.None)).Stdout.Should().Be("a\nC\n");
        (await Ssh.BootIdAsync(CancellationToken.None)).Should().MatchRegex("^[0-9a-f-]{36}$");
        await File.WriteAllTextAsync(server.Folder + "/from", "content");
        await Ssh.UploadAsync(server.Folder + "/from", server.Folder + "/to", null, Long, CancellationToken.None);
        (await File.ReadAllTextAsync(server.Folder + "/to")).Should().Be("content");
    }

    [Test]
    public async Task A_command_whose_output_is_held_ends_and_names_who_holds_it()
    {
        var result = await Ssh.RunAsync("sleep 300 & echo started $!", TimeSpan.FromMinutes(5), CancellationToken.None);

        var pid = result.Stdout.Trim().Split(' ')[1];
        try
        {
            result.Should().BeEquivalentTo(new { ExitCode = 0, Stdout = $"started {pid}\n", HeldBy = $"sleep 300 (pid {pid})" });
            result.Duration.Should().BeLessThan(TimeSpan.FromMinutes(2));
            Directory.Exists($"/proc/{pid}").Should().BeTrue("it is left alone");
            (await RunAsync("echo next")).Should().BeEquivalentTo(new { Stdout = "next\n", HeldBy = (string?)null });
            (await File.ReadAllTextAsync(server.Transcript)).Should().Contain($"its output is still held by sleep 300 (pid {pid})");
        }
        finally
        {
            await Ssh.RunAsync($"kill {pid}", Long, CancellationToken.None);
        }
    }

    [Test]
    public async Task Long_output_is_judged_as_a_whole()
    {
        var result = await RunAsync("head -c 700000 /dev/zero | tr '\\0' x; echo SECRET; head -c 700000 /dev/zero | tr '\\0' y");

        result.Stdout.Should().NotContain("SECRET");
        result.WholeStdout.Should().Contain("SECRET").And.HaveLength(1_400_007);
    }

    [Test]
    public async Task A_host_key_of_a_better_kind_that_comes_later_is_no_other_machine()
    {
        await server.StopAsync();
        await server.NewHostKeyAsync("ecdsa");
        server.HostKeys = ["ecdsa"];
        await server.StartProcessAsync();
        await RunAsync("true");
        await server.StopAsync();
        server.HostKeys = ["ed25519", "ecdsa"];
        await server.StartProcessAsync();

        (await RunAsync("echo again")).Stdout.Should().Be("again\n");
        Ssh.HostKey.Should().StartWith("ecdsa-sha2-nistp256 ");
    }

    [Test]
    public async Task A_server_that_takes_no_ECDSA_is_offered_the_other_key()
    {
        await server.StopAsync();
        server.Options = "PubkeyAcceptedAlgorithms ssh-ed25519,rsa-sha2-256,rsa-sha2-512";
        await server.StartProcessAsync();

        (await RunAsync("echo in")).Stdout.Should().Be("in\n");
    }

    [Test]
    public async Task Users_are_tried_in_turn_until_one_is_let_in()
    {
        await using var session = server.Session(users: ["no-such-user", Environment.UserName]);
        session.User.Should().Be("no-such-user");

        (await session.RunAsync("echo in", Long, CancellationToken.None)).Stdout.Should().Be("in\n");
        session.User.Should().Be(Environment.UserName);
    }

    [Test]
    public async Task A_key_that_comes_late_is_let_in_however_often_it_was_refused()
    {
        server.Authorize(null);
        await using var session = server.Session(refusals: null);
        var connect = session.ConnectAsync(CancellationToken.None);
        while (!session.LastState.Contains("refused 2 times", StringComparison.Ordinal))
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        session.LastState.Should().Contain($"SSH refuses {Environment.UserName} with the key");
        server.Authorize(server.Key);

        await connect.WaitAsync(Long, TimeProvider.System);
        session.IsConnected.Should().BeTrue();
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
