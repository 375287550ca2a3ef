using CliWrap;
using FluentAssertions;
using Kola.Machines.Host;
using NUnit.Framework;

namespace Kola.Tests.Machines.Host;

internal sealed class ProcessScopeTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);
    private string state = null!;

    private static string FakeQemu => Path.Combine(AppContext.BaseDirectory, "fake-qemu");

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public void Prepare() => state = Directory.CreateTempSubdirectory("kola-test").FullName;

    [TearDown]
    public void Clean() => Directory.Delete(state, recursive: true);

    private static async Task EventuallyAsync(Func<bool> holds, string what)
    {
        using var patience = new CancellationTokenSource(Bound, TimeProvider.System);
        while (!holds())
        {
            patience.IsCancellationRequested.Should().BeFalse(what);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Stop);
        }
    }

    private static IReadOnlyList<int> Pids(string scope) =>
        [.. Directory.EnumerateFiles(Path.Combine(scope, "pids")).Select(file => int.Parse(Path.GetFileName(file)))];

    private static bool AllDead(IEnumerable<int> pids) => pids.All(pid => ProcessIdentity.StartTimeOf(pid) is null);

    /// <summary>Processes of the sessions that the registered ones lead.</summary>
    private static IReadOnlyList<int> Members(IReadOnlyCollection<int> leaders) =>
    [
        .. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Select(name => int.Parse(name!))
            .Where(pid => SessionOf(pid) is { } session && leaders.Contains(session)),
    ];

    private static int? SessionOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[3]);
        }
        catch (IOException)
        {
            return null;
        }
    }

    [Test]
    public async Task Nothing_survives_a_kill_9_of_the_owner()
    {
        var lines = new List<string>();
        var ready = new TaskCompletionSource();
        using var kill = new CancellationTokenSource();
        var owner = Cli.Wrap(FakeQemu).WithArguments(["--own-scope", state, "3"])
            .WithStandardOutputPipe(PipeTarget.ToDelegate(line =>
            {
                lines.Add(line);
                if (line == "ready")
                    ready.SetResult();
            }))
            .ExecuteAsync(CancellationToken.None);
        await ready.Task.WaitAsync(Bound, TimeProvider.System, Stop);
        var (scope, disks) = (lines[0], lines[1]);
        File.Exists(Path.Combine(disks, "overlay.qcow2")).Should().BeTrue();
        await EventuallyAsync(() => Pids(scope).Count == 4, "all children register");
        var leaders = Pids(scope);
        await EventuallyAsync(() => Members(leaders).Count >= 5, "the grandchild runs");
        var children = Members(leaders);

        // Only the owner: Process.Kill(entireProcessTree) would do the reaper's work.
        using (var process = System.Diagnostics.Process.GetProcessById(owner.ProcessId))
            process.Kill();

        await EventuallyAsync(() => AllDead(children), "every child dies");
        await EventuallyAsync(() => !Directory.Exists(scope) && !Directory.Exists(disks), "the folders go");
    }

    [Test]
    public async Task Disposing_kills_the_children_and_removes_the_folders()
    {
        var scope = await ProcessScope.StartAsync(state, TimeProvider.System, Stop);
        var child = scope.Wrap("sleep", ["300"]).ExecuteAsync(CancellationToken.None);
        await EventuallyAsync(() => Pids(scope.Directory).Count == 1, "the child registers");
        await scope.DisposeAsync();
        (await child).ExitCode.Should().Be(128 + 9);
        Directory.Exists(scope.Directory).Should().BeFalse();
        Directory.Exists(scope.DiskDirectory).Should().BeFalse();
    }

    [Test]
    public async Task A_closed_scope_starts_nothing()
    {
        var scope = await ProcessScope.StartAsync(state, TimeProvider.System, Stop);
        await using var other = await ProcessScope.StartAsync(state, TimeProvider.System, Stop);
        await File.WriteAllTextAsync(Path.Combine(scope.Directory, "closed"), "", Stop);
        (await scope.Wrap("touch", [Path.Combine(state, "ran")]).ExecuteAsync(Stop)).ExitCode.Should().Be(125);
        await scope.DisposeAsync();
        (await other.Wrap("true", []).ExecuteAsync(Stop)).ExitCode.Should().Be(0);
        File.Exists(Path.Combine(state, "ran")).Should().BeFalse();
    }

    [Test]
    public async Task A_program_keeps_its_exit_code_arguments_and_log()
    {
        await using var scope = await ProcessScope.StartAsync(state, TimeProvider.System, Stop);
        var log = Path.Combine(state, "it's a log");
        var result = await scope.Wrap("sh", ["-c", "echo \"$1\"; echo err >&2; exit 7", "sh", "a  'b' $c"], log).ExecuteAsync(Stop);
        result.ExitCode.Should().Be(7);
        (await File.ReadAllTextAsync(log, Stop)).Should().Be("a  'b' $c\nerr\n");
    }

    [Test]
    public async Task A_start_removes_what_a_dead_owner_left_and_spares_the_living()
    {
        await using var living = await ProcessScope.StartAsync(state, TimeProvider.System, Stop);
        var left = Directory.CreateDirectory(Path.Combine(state, "run", "dead00")).FullName;
        var dead = ProcessIdentity.Current() with { StartTime = 1 };
        await File.WriteAllTextAsync(Path.Combine(left, "owner"), dead.ToString(), Stop);
        var foreign = Directory.CreateDirectory(Path.Combine(state, "run", "foreign")).FullName;
        await File.WriteAllTextAsync(Path.Combine(foreign, "owner"), (dead with { PidNamespace = "pid:[1]" }).ToString(), Stop);
        await using var scope = await ProcessScope.StartAsync(state, TimeProvider.System, Stop);
        Directory.Exists(left).Should().BeFalse();
        Directory.Exists(foreign).Should().BeTrue("a process of another container may live");
        Directory.Exists(living.DiskDirectory).Should().BeTrue();
        Directory.Exists(living.Directory).Should().BeTrue();
    }

    [Test]
    public async Task Socket_paths_fit_a_socket_address()
    {
        await using var scope = await ProcessScope.StartAsync(state, TimeProvider.System, Stop);
        Path.Combine(scope.Directory, "m1000.qmp").Length.Should().BeLessThan(107);
    }

    [Test]
    public async Task A_state_folder_that_cannot_be_made_is_named()
    {
        var file = Path.Combine(state, "file");
        await File.WriteAllTextAsync(file, "", Stop);
        var start = () => ProcessScope.StartAsync(file, TimeProvider.System, Stop);
        await start.Should().ThrowAsync<Kola.Machines.HostException>().WithMessage("*KOLA_STATE_DIR*");
    }
}
