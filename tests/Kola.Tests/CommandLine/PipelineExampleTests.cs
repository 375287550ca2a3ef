using System.Security.Cryptography;
using FluentAssertions;
using NUnit.Framework;

namespace Kola.Tests.CommandLine;

/// <summary>The pipelines that ci/ offers: every command of Kola in them is run as it stands there, by a shell, on the fake QEMU.</summary>
[Parallelizable]
internal sealed class PipelineExampleTests
{
    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [TestCase("ci/github.yml", 2)]
    [TestCase("ci/gitlab.yml", 3)]
    public async Task The_commands_of_an_example_hold(string example, int commands)
    {
        using var kola = Sandbox();
        (await kola.RunAsync(["key", "new", kola["ci/kola"]], Stop)).Code.Should().Be(0);
        kola.With("KOLA_SIGNING_KEY", await File.ReadAllTextAsync(kola["ci/kola.key"], Stop));
        // Building the reference OS takes a root and minutes; releases are there.
        string[] lines = [.. File.ReadLines(Path.Combine(Checkout.Root, example)).Where(line => line.Contains("ci/kola ", StringComparison.Ordinal) && !line.Contains("image build", StringComparison.Ordinal))
            .Select(line => line[line.IndexOf("ci/kola ", StringComparison.Ordinal)..])];
        lines.Should().HaveCount(commands);

        foreach (var line in lines)
        {
            var ended = await kola.Wrap("bash", ["-c", line.Replace("ci/kola ", $"dotnet '{Path.Combine(AppContext.BaseDirectory, "kola.dll")}' ", StringComparison.Ordinal)])
                .WithStandardErrorPipe(CliWrap.PipeTarget.ToDelegate(TestContext.Out.WriteLine)).ExecuteAsync(Stop);
            ended.ExitCode.Should().Be(0, line);
        }

        await File.AppendAllTextAsync(kola[".kola/releases/kola-os/2/SHA256SUMS"], "altered\n", Stop);
        (await kola.RunAsync(lines[^1].Split(' ')[1..], Stop)).Code.Should().Be(1);
    }

    [TestCase("ci/github.yml")]
    [TestCase("ci/gitlab.yml")]
    public async Task An_example_keeps_what_was_recorded_and_no_private_key(string example)
    {
        using var kola = Sandbox();
        (await kola.RunAsync(["gate", "--previous", ".kola/releases/kola-os/1", "--candidate", ".kola/releases/kola-os/2", "--record", "record.dsse.json"], Stop)).Code.Should().Be(0);
        kola.Write(".kola/releases/kola-os/2/keys/deep/private.pem", "-----BEGIN PRIVATE KEY-----\n");
        string[] keys = [.. Directory.EnumerateFiles(kola[".kola"], "*", Everything).Where(file => File.ReadAllText(file).Contains("PRIVATE KEY", StringComparison.Ordinal)).Select(Path.GetFullPath)];
        keys.Should().HaveCountGreaterThan(1, "the attempt's own key is there, and one of a release");

        var uploads = PipelineUpload.ReadAll(Path.Combine(Checkout.Root, example)).Select(upload => upload.Files(kola[""])).ToArray();

        uploads.Should().HaveCount(2);
        uploads.SelectMany(files => files).Should().NotIntersectWith(keys);
        uploads.Should().Contain(files => files.Any(file => Path.GetFileName(file) == "events.jsonl"), "what was seen is kept");
        uploads.Should().Contain(files => files.Any(file => file.EndsWith("/2/SHA256SUMS", StringComparison.Ordinal)), "the release is handed on");
        uploads.SelectMany(files => files).Should().NotContain(file => file.Contains("/runs/latest/", StringComparison.Ordinal));
    }

    private static EnumerationOptions Everything { get; } = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };

    /// <summary>A project of one scenario that boots two releases, and these.</summary>
    internal static KolaSandbox Sandbox()
    {
        var kola = new KolaSandbox("cont: print hello\\n");
        // An OS that does not claim to update itself: what the gate demands of one that does is tested elsewhere.
        kola.Write("images/catalog.yaml", """
            images:
              os: {build: {recipe: kola-os}, architecture: x86_64, firmware: uefi, provisioning: none, adapter: systemd, user: root, capabilities: [persistent-state]}
            """);
        kola.Write("ci/gate.yaml", "required: [{paths: [scenarios]}]\n");
        kola.Write("scenarios/t.one.yaml", """
            scenario: t.one
            summary: A scenario of a test
            timeout: 10m
            needs: [persistent-state]
            machines:
              node: {image: candidate, ready: false}
              old: {image: previous, ready: false}
            steps:
              - console: {seen: hello}
                on: [node, old]
                timeout: 2m
            """);
        foreach (var version in new[] { "1", "2" })
        {
            var disk = new byte[1 << 20];
            disk[0] = (byte)version[0];
            var folder = $".kola/releases/kola-os/{version}";
            kola.Write($"{folder}/disk.raw", disk);
            kola.Write($"{folder}/SHA256SUMS", $"release {version}\n");
            kola.Write($"{folder}/release.json", $$"""
                {"schema": 1, "image": "os", "version": "{{version}}", "architecture": "x86_64", "firmware": "uefi",
                 "disk": {"file": "disk.raw", "format": "raw", "sha256": "{{Convert.ToHexStringLower(SHA256.HashData(disk))}}", "virtualSize": {{disk.Length}}}, "artifacts": []}
                """);
        }

        foreach (var variable in new[] { "SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX", "CI_NODE_INDEX", "GITHUB_STEP_SUMMARY" })
            kola.With(variable, "");
        return kola.With("KOLA_STATE_DIR", kola[".kola"]);
    }
}
