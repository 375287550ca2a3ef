using CliWrap.Buffered;
using FluentAssertions;
using NUnit.Framework;

namespace Kola.Tests.CommandLine;

[Parallelizable]
internal sealed class BadInputTests
{
    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [TestCase("frobnicate", "'frobnicate'", "see kola --help")]
    [TestCase("run --frob", "unknown option --frob", "see kola run --help")]
    [TestCase("lint --frob", "unknown option --frob", "see kola lint --help")]
    [TestCase("run --jobs 0", "--jobs 0: expected 1 or more", "see kola run --help")]
    [TestCase("run --jobs -3", "--jobs -3: expected 1 or more", "see kola run --help")]
    [TestCase("run --jobs x", "--jobs x: expected a whole number", "see kola run --help")]
    [TestCase("sweep --state x", "--state x: expected a whole number", "see kola sweep --help")]
    [TestCase("spawn os --bus floppy", "--bus floppy: expected one of virtio, nvme, scsi", "see kola spawn --help")]
    [TestCase("spawn os --cpus 0", "--cpus 0: expected 1 or more", "see kola spawn --help")]
    public async Task A_wrong_command_line_is_told_in_one_line_and_a_hint(string line, string complaint, string hint)
    {
        using var kola = new KolaSandbox();

        var ended = await kola.RunAsync(line.Split(' '), Stop);

        ended.Code.Should().Be(3);
        ended.Stdout.Should().BeEmpty();
        ended.Stderr.Should().HaveCount(2);
        ended.Stderr[0].Should().StartWith("kola: ").And.Contain(complaint);
        ended.Stderr[1].Should().Be($"kola: {hint}");
    }

    [Test]
    public async Task The_help_of_run_gives_the_exit_code_of_an_interruption_as_130()
    {
        using var kola = new KolaSandbox();

        var ended = await kola.RunAsync(["run", "--help"], Stop);

        ended.Code.Should().Be(0);
        string.Join(' ', ended.Stdout).Should().Contain("130 interrupted").And.Contain("2 not proven (host)");
    }

    [TestCase("run no.such", "no scenario is called 'no.such'")]
    [TestCase("run --tag no-such", "no scenario has the tag 'no-such'")]
    [TestCase("run --set a", "expected NAME=VALUE")]
    [TestCase("run --set a=b", "parameter 'a'")]
    [TestCase("run --image os", "expected NAME=VALUE")]
    [TestCase("run --image os=", "no image is given instead of 'os'")]
    [TestCase("run --image sos=os", "no selected scenario boots 'sos'*expected one of os:1")]
    [TestCase("run --image os=oss", "no image is named 'oss'*expected one of os")]
    [TestCase("spawn oss", "no image is named 'oss'*expected one of os")]
    public async Task A_request_that_makes_no_sense_starts_nothing(string line, string complaint)
    {
        using var kola = new KolaSandbox();

        var ended = await kola.RunAsync([.. line.Split(' '), .. line.StartsWith("run", StringComparison.Ordinal) ? ["--json"] : Array.Empty<string>()], Stop);

        ended.Code.Should().Be(3);
        ended.Stdout.Should().BeEmpty();
        ended.Stderr.Should().ContainSingle().Which.Should().Match($"kola: *{complaint}*");
        Directory.Exists(kola["state/runs"]).Should().BeFalse();
        kola.Left.Should().BeEmpty();
    }

    [TestCase("os=/no/such.raw")]
    [TestCase("os:1=/no/such.raw")]
    public async Task Another_image_stands_for_the_named_release_and_for_every_release(string given)
    {
        using var kola = new KolaSandbox();

        var ended = await kola.RunAsync(["run", "--image", given], Stop);

        ended.Code.Should().Be(2);
        ended.Stderr.Should().ContainSingle().Which.Should().StartWith("kola: the image /no/such.raw does not exist");
    }

    [TestCase("PATH", "/no", 2, "qemu-system-x86_64 is not installed*install it")]
    [TestCase("KOLA_STATE_DIR", "/dev/null", 2, "cannot make the folders of running machines*KOLA_STATE_DIR")]
    [TestCase("KOLA_QEMU", "/no/qemu", 3, "/no/qemu (KOLA_QEMU) is not a program")]
    [TestCase("KOLA_OVMF_CODE", "/no/code", 3, "KOLA_OVMF_CODE and KOLA_OVMF_VARS belong together")]
    public async Task A_host_that_lacks_something_proves_nothing_and_a_wrong_setting_is_a_wrong_request(string variable, string value, int code, string complaint)
    {
        using var kola = new KolaSandbox();
        var dotnet = Environment.ProcessPath is { } self && Path.GetFileName(self) == "dotnet" ? self : "dotnet";
        kola.With(variable, value);
        if (variable == "PATH")
            kola.With("KOLA_QEMU", "");

        var ended = await kola.Wrap(dotnet, [Path.Combine(AppContext.BaseDirectory, "kola.dll"), "run", "--json"]).ExecuteBufferedAsync(Stop);

        ended.ExitCode.Should().Be(code);
        ended.StandardOutput.Should().BeEmpty();
        ended.StandardError.Trim().Should().Match($"kola: *{complaint}*").And.NotContain("\n");
    }

    [Test]
    public async Task A_list_whose_reader_leaves_early_is_no_failure()
    {
        using var kola = new KolaSandbox();

        var ended = await kola.Wrap("bash", ["-c", $"set -o pipefail; dotnet '{AppContext.BaseDirectory}/kola.dll' list | :"]).ExecuteBufferedAsync(Stop);

        ended.ExitCode.Should().Be(0);
        ended.StandardError.Should().BeEmpty();
    }

    [TestCase("list")]
    [TestCase("run --json")]
    public async Task Output_that_cannot_be_written_is_told_and_leaves_nothing(string command)
    {
        using var kola = new KolaSandbox("cont: print up\\n");

        var ended = await kola.Wrap("sh", ["-c", $"exec dotnet '{AppContext.BaseDirectory}/kola.dll' {command} >/dev/full"]).ExecuteBufferedAsync(Stop);

        ended.ExitCode.Should().Be(2);
        ended.StandardError.Trim().Should().StartWith("kola: ").And.Contain("No space left on device").And.NotContain("\n");
        kola.Left.Should().BeEmpty();
    }
}
