using System.Text.RegularExpressions;
using FluentAssertions;
using NUnit.Framework;

namespace Kola.Tests.CommandLine;

/// <summary>A new project by <c>kola init</c> and <c>kola new scenario</c>: valid as it is written, and nothing is written over.</summary>
[Parallelizable]
internal sealed class InitTests
{
    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [TestCase("systemd", true)]
    [TestCase("systemd-sysupdate", true)]
    [TestCase("rauc", true)]
    [TestCase("flatcar", true)]
    [TestCase("rauc", false)]
    public async Task What_is_written_passes_lint(string adapter, bool library)
    {
        using var kola = Installed(library);

        var made = await InitAsync(kola, "--adapter", adapter);
        var lint = await kola.RunInAsync("project", ["lint"], Stop);

        made.Code.Should().Be(0, made.Complaint);
        made.Stdout.Should().HaveCount(5).And.OnlyContain(name => File.Exists(kola[name]));
        lint.Code.Should().Be(0, lint.Complaint);
        lint.Stdout[0].Contains("of the library)", StringComparison.Ordinal).Should().Be(library);
        (await File.ReadAllLinesAsync(kola["project/.gitignore"], Stop)).Should().Equal(".kola/");
    }

    [Test]
    public async Task An_adapter_program_is_named_as_the_catalog_finds_it()
    {
        using var kola = Installed(library: true);
        File.SetUnixFileMode(kola.Write("tools/my-adapter", "#!/bin/sh\n"), UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var made = await InitAsync(kola, "--adapter", "./tools/my-adapter");
        var lint = await kola.RunInAsync("project", ["lint"], Stop);

        made.Code.Should().Be(0, made.Complaint);
        File.ReadAllText(kola["project/images/catalog.yaml"]).Should().Contain("adapter: ./../../tools/my-adapter\n").And.Contain("capabilities: [").And.Contain("self-update");
        lint.Code.Should().Be(0, lint.Complaint);
    }

    [TestCase("ci/gate.yaml")]
    [TestCase("images/catalog.yaml")]
    [TestCase("scenarios/boot/starts.yaml")]
    [TestCase(".github/workflows/kola.yml")]
    public async Task Nothing_is_written_over_and_nothing_is_half_made(string there)
    {
        using var kola = Installed(library: true);
        kola.Write($"project/{there}", "precious");

        var ended = await InitAsync(kola);

        ended.Code.Should().Be(3);
        ended.Stderr.Should().ContainSingle().Which.Should().Contain(there).And.Contain("nothing was written");
        File.ReadAllText(kola[$"project/{there}"]).Should().Be("precious");
        Directory.EnumerateFiles(kola["project"], "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).Should().ContainSingle();
    }

    [TestCase("bin/", "bin/\n.kola/\n")]
    [TestCase(".kola\n", ".kola\n")]
    public async Task What_git_ignores_keeps_its_lines(string before, string after)
    {
        using var kola = Installed(library: true);
        kola.Write("project/.gitignore", before);

        (await InitAsync(kola)).Code.Should().Be(0);

        File.ReadAllText(kola["project/.gitignore"]).Should().Be(after);
    }

    [TestCase("--image my-os", "--disk is missing")]
    [TestCase("--image my_os --disk a.raw", "--image my_os: 'my_os' is not a valid image name")]
    [TestCase("--image candidate --disk a.raw", "'candidate' is not a valid image name")]
    [TestCase("--image my-os --disk a.raw --adapter rauk", "there is no guest adapter 'rauk'*did you mean 'rauc'?")]
    [TestCase("--image my-os --disk a.raw --capability self-updat", "there is no capability 'self-updat'; did you mean 'self-update'?")]
    [TestCase("--image my-os --disk a.raw --adapter tools/rauk", "'tools/rauk' is neither an adapter's name nor the path of an adapter program*write './tools/rauk'")]
    [TestCase("--image my-os --disk a.raw --adapter ./rauk", "--adapter ./rauk: */rauk does not exist; expected an executable file")]
    [TestCase("--image my-os --disk a.raw --adapter ./images/disk.raw", "is not executable; run: chmod +x ")]
    [TestCase("--image my-os --disk a.raw --release v1", "--release v1: 'v1' is not a valid version")]
    public async Task What_is_missing_or_wrong_is_told(string options, string complaint)
    {
        using var kola = Installed(library: true);

        var ended = await kola.RunAsync(["init", .. options.Split(' '), "project"], Stop);

        ended.Code.Should().Be(3);
        ended.Complaint.Should().Match($"kola: *{complaint}*");
        Directory.Exists(kola["project"]).Should().BeFalse();
    }

    [Test]
    public async Task On_a_terminal_it_asks_and_asks_again_after_a_wrong_answer()
    {
        using var kola = Installed(library: true);
        var terminal = new Terminal(kola);
        await terminal.TypeAsync("no_name\nmy-os\nout/my-os.qcow2\nrauc\n\n\n\n\ngithub\n", Stop);

        var code = await terminal.RunAsync(["init", "project"], _ => Task.CompletedTask, Stop);

        code.Should().Be(0, string.Join('\n', terminal.Lines));
        string.Concat(terminal.Lines).Should().Contain("'no_name' is not a valid image name");
        File.ReadAllText(kola["project/images/catalog.yaml"]).Should().Contain("adapter: rauc").And.Contain("provisioning: ignition").And.Contain("file: '../../out/my-os.qcow2'");
        File.Exists(kola["project/.github/workflows/kola.yml"]).Should().BeTrue();
        File.Exists(kola["project/ci/kola.gitlab-ci.yml"]).Should().BeFalse();
    }

    [TestCase("boot.fast", "", "scenarios/boot/fast.yaml", "image: candidate")]
    [TestCase("update.ours", "--needs self-update", "scenarios/update/ours.yaml", "image: previous*- update: candidate*- reboot: soft")]
    [TestCase("update.next", "--needs self-update --image candidate", "scenarios/update/next.yaml", "image: candidate*- update: next")]
    [TestCase("rollback.ours", "--needs self-update --needs boot-counting,automatic-rollback", "scenarios/rollback/ours.yaml", "- fall-back: previous")]
    public async Task A_new_scenario_passes_lint(string name, string options, string file, string expected)
    {
        using var kola = Installed(library: true);
        await InitAsync(kola);

        var made = await kola.RunInAsync("project", ["new", "scenario", name, "--summary", "It's so", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)], Stop);
        var lint = await kola.RunInAsync("project", ["lint"], Stop);
        var again = await kola.RunInAsync("project", ["new", "scenario", name], Stop);

        made.Code.Should().Be(0, made.Complaint);
        made.Stdout.Should().Equal(file);
        File.ReadAllText(kola[$"project/{file}"]).Should().Match($"scenario: {name}\nsummary: 'It''s so'\n*{expected}*");
        lint.Code.Should().Be(0, lint.Complaint);
        again.Code.Should().Be(3);
        again.Complaint.Should().Contain($"there is a scenario '{name}' already");
    }

    [TestCase("Boot", "'Boot' is not a valid name")]
    [TestCase("../boot.fast", "is not a valid name")]
    [TestCase("boot.fast --needs wings", "there is no capability 'wings'")]
    public async Task A_new_scenario_that_cannot_be_is_refused(string line, string complaint)
    {
        using var kola = Installed(library: true);
        await InitAsync(kola);

        var ended = await kola.RunInAsync("project", ["new", "scenario", .. line.Split(' ')], Stop);

        ended.Code.Should().Be(3);
        ended.Complaint.Should().Contain(complaint);
        Directory.GetFiles(kola["project/scenarios"], "*", SearchOption.AllDirectories).Should().ContainSingle();
    }

    [TestCase(".github/workflows/kola.yml")]
    [TestCase("ci/kola.gitlab-ci.yml")]
    public async Task The_commands_of_a_pipeline_lack_nothing_but_the_releases(string pipeline)
    {
        using var kola = Installed(library: true);
        await InitAsync(kola);
        string[] lines = [.. File.ReadLines(kola[$"project/{pipeline}"]).Where(line => !line.TrimStart().StartsWith('#')).Select(line => Regex.Match(line, "kola ((gate|verify) .*)").Groups[1].Value).Where(line => line.Length > 0)];

        var gate = await kola.RunInAsync("project", lines[0].Split(' '), Stop);
        var verify = await kola.RunInAsync("project", lines[1].Split(' '), Stop);

        lines.Should().HaveCount(2);
        gate.Complaint.Should().Contain("releases/").And.NotContain("--help");
        verify.Complaint.Should().MatchRegex("releases/candidate/release.json|record.dsse.json|ci/kola.pub").And.NotContain("--help");
    }

    private static KolaSandbox Installed(bool library) =>
        new KolaSandbox().With("KOLA_CHECKOUT", "").With("KOLA_STATE_DIR", "").With("KOLA_LIBRARY_DIR", library ? Path.Combine(Checkout.Root, "scenarios") : "");

    private static Task<KolaSandbox.Ended> InitAsync(KolaSandbox kola, params string[] more) =>
        kola.RunAsync(["init", "--image", "my-os", "--disk", "out/my-os.qcow2", .. more, "project"], Stop);
}
