using CliWrap;
using CliWrap.Buffered;
using FluentAssertions;
using NUnit.Framework;

namespace Kola.Tests.CommandLine;

/// <summary>What <c>ci/setup</c> makes of the wished-for tools, those of npm among them, on a host whose package managers are fakes.</summary>
[Parallelizable]
internal sealed class SetupTests
{
    private TemporaryFolder folder = null!;

    private static readonly string[] Tools = ["allure@3", "tap-parser@18", "yaml-language-server@1"];

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    /// <summary>A PATH with all of the host's programs but those that are wished for; nothing can be installed by them.</summary>
    [SetUp]
    public async Task Prepare()
    {
        folder = new();
        Directory.CreateDirectory(folder["bin"]);
        Directory.CreateDirectory(folder["home"]);
        await Cli.Wrap("sh").WithArguments(["-c", "ln -sf /usr/local/bin/* /usr/bin/* /usr/sbin/* . 2>/dev/null; rm -f chromium chromium-headless-shell google-chrome npm apt-get apt-cache id sudo; for there in zsh fish munged slurmctld slurmd sbatch ip; do [ -e $there ] || ln -s /bin/true $there; done"])
            .WithWorkingDirectory(folder["bin"]).WithValidation(CommandResultValidation.None).ExecuteAsync(Stop);
        Fake("id", "echo 0");
        // What only asks is answered by the host's own.
        Fake("apt-get", "case \" $* \" in *' install '*) echo \"$@\" >>../apt; exit 100 ;; *' update '*) echo \"$@\" >>../apt ;; *) exec /usr/bin/apt-get \"$@\" ;; esac");
        Fake("apt-cache", "case $2 in chromium | npm) echo '  Candidate: 1' ;; esac");
        var needed = await SetupAsync("--for", "test", "--no-install");
        Assume.That(needed.ExitCode, Is.Zero, $"this host lacks more than what is looked at here: {needed.StandardOutput}");
    }

    [TearDown]
    public void Clean() => folder.Dispose();

    [Test]
    public async Task What_is_wished_for_is_named_and_missing_it_is_no_error()
    {
        var looked = await SetupAsync("--for", "all", "--no-install");

        looked.ExitCode.Should().Be(0);
        looked.StandardOutput.Should().Contain("missing: npm ").And.ContainAll(Tools.Select(tool => $"missing: {tool} ")).And.Contain("missing: chromium ");
        File.Exists(folder["apt"]).Should().BeFalse();
    }

    [Test]
    public async Task What_cannot_be_had_is_left_out_and_fails_nothing()
    {
        var ended = await SetupAsync("--for", "all");

        ended.ExitCode.Should().Be(0, ended.StandardError);
        ended.StandardOutput.Should().Contain("installing: npm").And.Contain("installing: chromium").And.Contain("leaving out: chromium:").And.ContainAll(Tools.Select(tool => $"leaving out: {tool}: there is no npm")).And.Contain("ci/test leaves out the tests");
    }

    [Test]
    public async Task An_npm_that_fails_leaves_nothing_behind()
    {
        Fake("npm", "mkdir -p \"$3/node_modules\"; exit 1");

        await NothingIsLeftAsync();
    }

    [Test]
    public async Task A_tool_that_does_not_run_here_leaves_nothing_behind()
    {
        Fake("npm", Installs("exit 1"));

        await NothingIsLeftAsync();
    }

    [Test]
    public async Task Tools_of_npm_are_installed_below_the_home_and_nothing_is_missing_then()
    {
        Fake("npm", $"echo \"$@\" >>../npm; {Installs("")}");
        Fake("chromium", "exit 0");

        (await SetupAsync("--for", "all")).ExitCode.Should().Be(0);

        var installed = await File.ReadAllLinesAsync(folder["npm"], Stop);
        installed.Should().HaveCount(Tools.Length);
        foreach (var (line, tool) in installed.Zip(Tools))
            line.Should().StartWith($"install --prefix {folder[$"home/.cache/kola/{tool.Split('@')[0]}"]} ").And.EndWith(tool);
        File.Exists(folder["apt"]).Should().BeFalse("npm needs no package lists");
        (await SetupAsync("--for", "all", "--no-install")).StandardOutput.Should().BeEmpty();
    }

    [TestCase("ID=fedora", "dnf", "-y -q install", "librsvg2-tools")]
    [TestCase("ID=rocky\nID_LIKE=\"rhel centos fedora\"", "dnf", "-y -q install", "librsvg2-tools")]
    [TestCase("ID=cachyos\nID_LIKE=arch", "pacman", "-S --needed --noconfirm --quiet", "librsvg")]
    public async Task Other_distributions_install_by_their_own_manager_under_their_own_names(string release, string manager, string command, string drawing)
    {
        TakeAway("zstd", "rsvg-convert");
        Fake(manager, "echo \"$@\" >>../said");

        var ended = await SetupOnAsync(folder.Write("os-release", release), "--for", "run");

        ended.ExitCode.Should().Be(0, ended.StandardError);
        (await File.ReadAllLinesAsync(folder["said"], Stop)).Should().Equal($"{command} zstd", $"{command} {drawing}");
        File.Exists(folder["apt"]).Should().BeFalse("an apt-get is there for images alone");
    }

    [Test]
    public async Task What_a_distribution_has_under_no_name_is_said_and_what_cannot_be_installed_is_an_error()
    {
        TakeAway("ignition-validate", "cosign", "zstd");
        Fake("pacman", "exit 1");
        Fake("dnf", "echo \"$@\" >>../said");

        var arch = await SetupOnAsync(folder.Write("os-release", "ID=arch"), "--for", "run");
        var fedora = await SetupOnAsync(folder.Write("os-release", "ID=fedora"), "--for", "test");

        (arch.ExitCode, fedora.ExitCode).Should().Be((1, 3));
        arch.StandardOutput.Should().Contain("leaving out: what checks Ignition configs before a boot: this distribution does not have it");
        arch.StandardError.Should().Contain("installing zstd failed");
        fedora.StandardError.Should().Contain("no package of what verifies signed records as others do");
    }

    private void TakeAway(params string[] programs)
    {
        foreach (var program in programs)
            File.Delete(folder[$"bin/{program}"]);
    }

    private async Task NothingIsLeftAsync()
    {
        var ended = await SetupAsync("--for", "all");

        ended.ExitCode.Should().Be(0, ended.StandardError);
        foreach (var tool in Tools)
        {
            ended.StandardOutput.Should().Contain($"installing: {tool} ").And.Contain($"leaving out: {tool}: npm could not install it");
            Directory.Exists(folder[$"home/.cache/kola/{tool.Split('@')[0]}"]).Should().BeFalse();
        }
    }

    /// <summary>Puts a program where <c>--prefix</c>, the third argument, says; its name is the folder's.</summary>
    private static string Installs(string program) => $"name=$(basename \"$3\"); mkdir -p \"$3/node_modules/.bin\"; printf '#!/bin/sh\\n{program}\\n' >\"$3/node_modules/.bin/$name\"; chmod +x \"$3/node_modules/.bin/$name\"";

    private void Fake(string name, string script)
    {
        var path = folder.Write($"bin/{name}", $"#!/bin/sh\ncd \"{folder["bin"]}\"\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Root's folders, which ci/setup adds to the PATH, have none of the programs that were taken away.</summary>
    private Task<BufferedCommandResult> SetupAsync(params string[] arguments) => SetupOnAsync(null, arguments);

    /// <param name="release">File that says what the host's distribution is; <see langword="null"/>: the host's own.</param>
    private async Task<BufferedCommandResult> SetupOnAsync(string? release, params string[] arguments) =>
        await Cli.Wrap("/bin/bash").WithArguments([Path.Combine(Checkout.Root, "ci", "setup"), .. arguments]).WithValidation(CommandResultValidation.None)
            .WithEnvironmentVariables(new Dictionary<string, string?> { ["PATH"] = folder["bin"], ["HOME"] = folder["home"], ["SYSTEMD_OS_RELEASE"] = release }).ExecuteBufferedAsync(Stop);
}
