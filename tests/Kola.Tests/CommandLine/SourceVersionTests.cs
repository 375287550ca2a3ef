using CliWrap;
using CliWrap.Buffered;
using FluentAssertions;
using NUnit.Framework;

namespace Kola.Tests.CommandLine;

/// <summary>What <c>version.sh</c> calls the sources, and when <c>ci/kola</c> builds them anew: a checkout of three files, and a dotnet that only notes what it is asked.</summary>
[Parallelizable]
internal sealed class SourceVersionTests
{
    private TemporaryFolder folder = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task Prepare()
    {
        folder = new();
        foreach (var name in new[] { "ci/kola", "harness/Kola.Cli/version.sh" })
        {
            folder.Write($"checkout/{name}", "");
            File.Copy(Path.Combine(Checkout.Root, name), folder[$"checkout/{name}"], overwrite: true);
        }

        folder.Write("checkout/.gitignore", "bin/\n/.kola/\n");
        folder.Write("checkout/README.md", "read me\n");
        folder.Write("checkout/harness/A.cs", "class A;\n");
        folder.Write("checkout/harness/B.cs", "class B;\n");
        var dotnet = folder.Write("programs/dotnet", $$"""
            #!/bin/sh
            if [ "$1" = publish ]; then
              while [ "$1" != -o ]; do shift; done
              echo built >"$2/kola.dll"
              echo >>'{{folder["builds"]}}'
            fi
            """);
        File.SetUnixFileMode(dotnet, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await GitAsync("init", "--quiet");
        await CommitAsync("one");
    }

    [TearDown]
    public void Clean() => folder.Dispose();

    [Test]
    public async Task Sources_as_committed_are_called_by_their_commit() =>
        (await VersionAsync()).Should().Be(await GitAsync("rev-parse", "HEAD"));

    [Test]
    public async Task A_dirty_tree_has_neither_its_commits_name_nor_another_dirty_trees()
    {
        List<string> names = [await VersionAsync()];

        folder.Write("checkout/harness/A.cs", "class A2;\n");
        names.Add(await VersionAsync());
        folder.Write("checkout/harness/A.cs", "class A3;\n");
        names.Add(await VersionAsync());
        folder.Write("checkout/harness/new file.cs", "class C;\n");
        names.Add(await VersionAsync());
        folder.Write("checkout/harness/new file.cs", "class D;\n");
        names.Add(await VersionAsync());
        File.Delete(folder["checkout/harness/B.cs"]);
        names.Add(await VersionAsync());
        File.Move(folder["checkout/harness/new file.cs"], folder["checkout/harness/other file.cs"]);
        names.Add(await VersionAsync());

        names.Should().OnlyHaveUniqueItems();
        names[1..].Should().OnlyContain(name => name.StartsWith($"{names[0]}.dirty."));
        await GitAsync("add", "--all");
        (await VersionAsync()).Should().Be(names[^1], "what is staged is the same sources");
    }

    [Test]
    public async Task What_Kola_is_not_built_from_does_not_count()
    {
        var clean = await VersionAsync();

        folder.Write("checkout/README.md", "other\n");
        folder.Write("checkout/harness/bin/A.dll", "made\n");

        (await VersionAsync()).Should().Be(clean);
    }

    [Test]
    public async Task A_users_settings_of_git_do_not_count()
    {
        folder.Write("checkout/harness/A.cs", "class A2;\n");
        var name = await VersionAsync();

        foreach (var (key, value) in new[] { ("diff.noprefix", "true"), ("status.showUntrackedFiles", "no"), ("core.quotePath", "false"), ("diff.external", "true"), ("color.ui", "always") })
            await GitAsync("config", key, value);

        (await VersionAsync()).Should().Be(name);
    }

    [Test]
    public async Task Without_git_the_files_alone_name_the_sources()
    {
        Directory.Delete(folder["checkout/.git"], recursive: true);
        var one = await VersionAsync();
        folder.Write("checkout/harness/bin/A.dll", "made\n");

        (await VersionAsync()).Should().Be(one).And.MatchRegex("^unversioned\\.[0-9a-f]{16}$");
        File.Delete(folder["checkout/harness/B.cs"]);
        (await VersionAsync()).Should().NotBe(one);
    }

    [Test]
    public async Task Kola_is_built_anew_when_a_source_is_changed_or_gone_and_after_a_commit()
    {
        (await BuildsAsync()).Should().Be(1);
        (await BuildsAsync()).Should().Be(1, "nothing has changed");

        folder.Write("checkout/harness/A.cs", "class A2;\n");
        (await BuildsAsync()).Should().Be(2);
        File.Delete(folder["checkout/harness/B.cs"]);
        (await BuildsAsync()).Should().Be(3);
        await CommitAsync("two");
        (await BuildsAsync()).Should().Be(4, "it calls itself by its commit");
        (await BuildsAsync()).Should().Be(4);
        Directory.GetDirectories(folder["checkout/.kola/builds"]).Should().HaveCount(2, "builds that nothing runs from are removed; the link to the current one stays");
    }

    [Test]
    public async Task Kola_is_built_where_its_state_is_kept_and_needs_no_home()
    {
        (await BuildsAsync(("KOLA_STATE_DIR", folder["state"]), ("HOME", null))).Should().Be(1);

        Directory.GetDirectories(folder["state/builds"]).Should().HaveCount(2);
        Directory.Exists(folder["checkout/.kola"]).Should().BeFalse("the checkout may be one that cannot be written");
    }

    [Test]
    public async Task A_state_folder_that_cannot_be_written_is_told_in_one_sentence()
    {
        folder.Write("file", "");

        var ended = await StartAsync(folder["checkout/ci/kola"], ["--version"], ("KOLA_STATE_DIR", folder["file/state"]));

        ended.ExitCode.Should().Be(3);
        ended.StandardError.TrimEnd().Should().Be($"kola: {folder["file/state/builds"]} cannot be written, and Kola is built there; set KOLA_STATE_DIR to a folder that can be written");
    }

    /// <summary>How often it was built, after one more start of Kola.</summary>
    private async Task<int> BuildsAsync(params (string Name, string? Value)[] environment)
    {
        (await StartAsync(folder["checkout/ci/kola"], ["--version"], environment)).ExitCode.Should().Be(0);
        return (await File.ReadAllLinesAsync(folder["builds"], Stop)).Length;
    }

    private Task<string> VersionAsync() => RunAsync(folder["checkout/harness/Kola.Cli/version.sh"]);

    private async Task CommitAsync(string message)
    {
        await GitAsync("add", "--all");
        await GitAsync("commit", "--quiet", "--message", message);
    }

    private Task<string> GitAsync(params string[] arguments) => RunAsync("git", ["-C", folder["checkout"], "-c", "user.name=t", "-c", "user.email=t@example.org", .. arguments]);

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        var ended = await StartAsync(program, arguments);
        ended.ExitCode.Should().Be(0, ended.StandardError);
        return ended.StandardOutput.TrimEnd();
    }

    private Task<BufferedCommandResult> StartAsync(string program, string[] arguments, params (string Name, string? Value)[] environment)
    {
        var path = $"{folder["programs"]}:{Environment.GetEnvironmentVariable("PATH")}";
        return Cli.Wrap(program).WithArguments(arguments).WithValidation(CommandResultValidation.None).WithEnvironmentVariables(e =>
        {
            e.Set("PATH", path).Set("GIT_CONFIG_GLOBAL", "/dev/null").Set("KOLA_STATE_DIR", null);
            foreach (var (name, value) in environment)
                e.Set(name, value);
        }).ExecuteBufferedAsync(Stop);
    }
}
