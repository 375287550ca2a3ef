using System.Text.RegularExpressions;
using CliWrap;
using CliWrap.Buffered;
using FluentAssertions;
using Kola.Servers.Omaha;
using NUnit.Framework;

namespace Kola.Tests.Servers.Omaha;

/// <summary>The stand-in for update_engine_client that scenarios put on the reference OS (<c>scenarios/omaha</c>): it must send what the recorded client sent, or what it shows is worth nothing.</summary>
internal sealed partial class StandInTests
{
    private static readonly string Program = Path.Combine(Checkout.Root, "scenarios", "omaha", "update_engine_client");
    private const string Machine = "0123456789abcdef0123456789abcdef";

    private readonly List<string> sent = [];
    private TemporaryFolder folder = null!;
    private OmahaServer server = null!;
    private HttpFolder files = null!;

    [SetUp]
    public async Task Prepare()
    {
        if (Kola.Machines.Host.Executables.Find("curl") is null)
            Assert.Inconclusive("curl is not installed, which the stand-in sends its requests with");
        folder = new();
        server = await OmahaServer.StartAsync("omaha", TimeProvider.System, CancellationToken.None);
        files = await HttpFolder.StartAsync(folder, "update.gz", "payload");
        Runs("4000.0.0");
        folder.Write("root/etc/machine-id", $"{Machine}\n");
        folder.Write("root/etc/flatcar/update.conf", $"GROUP=stable\nSERVER=http://127.0.0.1:{server.Port}/v1/update/\n");
        folder.Write("root/usr/lib/sysupdate.d/10-usr.transfer", "");
        Installs("exit 0");
        server.Offer(files.Offer("4100.0.0"));
    }

    [TearDown]
    public async Task Clean()
    {
        if (server is not null)
            await server.DisposeAsync();
        if (files is not null)
            await files.DisposeAsync();
        folder?.Dispose();
    }

    [Test]
    public async Task It_sends_what_the_real_client_sent_byte_by_byte()
    {
        await using var ear = await Ear.StartAsync(server.Port, sent);
        folder.Write("root/etc/flatcar/update.conf", $"GROUP=stable\nSERVER=http://127.0.0.1:{ear.Port}/v1/update/\n");

        (await RunAsync("-update")).ExitCode.Should().Be(0);

        sent.Select(Same).Should().Equal(RecordedClient.Posts("update-ok").Select(post => Same(post.Body)));
    }

    [Test]
    public async Task An_update_is_installed_from_where_the_answer_says_and_reported()
    {
        Installs("cat \"$UPDATE_ENGINE_ROOT\"/etc/sysupdate.d/10-usr.transfer.d/*.conf >> \"$UPDATE_ENGINE_ROOT/said\"; echo \"$@\" >> \"$UPDATE_ENGINE_ROOT/said\"");

        var result = await RunAsync("-update");

        result.StandardOutput.Should().Contain("CURRENT_OP=UPDATE_STATUS_UPDATED_NEED_REBOOT").And.Contain("NEW_VERSION=4100.0.0");
        File.ReadAllText(folder["root/said"]).Should().Be($"[Source]\nPath={files.Address}\nupdate 4100.0.0\n");
        Events().Should().Be("check, download-started, download-finished, installed");
        (await RunAsync("-check_for_update")).ExitCode.Should().Be(0);
        server.Requests.Should().HaveCount(4, "with a reboot needed nothing is sent");
    }

    [Test]
    public async Task After_a_reboot_it_says_once_where_it_came_from()
    {
        await RunAsync("-update");
        Reboots("4100.0.0");

        await RunAsync("-check_for_update");
        await RunAsync("-check_for_update");

        Events().Should().Be("check, download-started, download-finished, installed, updated from 4000.0.0, check");
        server.Machine(Machine)!.Version.Should().Be("4100.0.0");
    }

    [Test]
    public async Task After_a_fall_back_it_says_once_that_it_is_one()
    {
        await RunAsync("-update");
        Reboots("4000.0.0");
        server.Offer();

        await RunAsync("-check_for_update");
        await RunAsync("-check_for_update");

        Events().Should().Be("check, download-started, download-finished, installed, rolled-back, check");
    }

    private static readonly object[][] Wrong =
    [
        [new OmahaFault.Status { Code = 500 }, "check, error 2500"],
        [new OmahaFault.Status { Code = 404 }, "check, error 2404"],
        [new OmahaFault.Empty(), "check, error 30"],
        [new OmahaFault.Malformed(), "check, error 31"],
        [new OmahaFault.UnknownStatus(), "check, error 34"],
        [new OmahaFault.WrongHash(), "check, download-started, error 10"],
        [new OmahaFault.WrongSize(), "check, download-started, error 11"],
        [new OmahaFault.NoUpdate(), "check"],
    ];

    [TestCaseSource(nameof(Wrong))]
    public async Task A_wrong_answer_installs_nothing_and_is_reported_by_its_code(OmahaFault fault, string events)
    {
        Installs("touch \"$UPDATE_ENGINE_ROOT/said\"");
        server.Order(fault);

        (await RunAsync("-update")).ExitCode.Should().Be(1);

        Events().Should().Be(events);
        File.Exists(folder["root/said"]).Should().BeFalse();
        (await RunAsync("-status")).StandardOutput.Should().Contain("CURRENT_OP=UPDATE_STATUS_IDLE");
    }

    [TestCase("Failed to verify: Signature verification failed", 18)]
    [TestCase("Checksum of the file did not check out", 10)]
    [TestCase("Transferred a partial file", 9)]
    public async Task What_systemd_sysupdate_refuses_is_reported_by_its_code(string says, int code)
    {
        Installs($"echo '{says}' >&2; exit 1");

        (await RunAsync("-update")).ExitCode.Should().Be(1);

        Events().Should().Be($"check, download-started, error {code}");
    }

    [Test]
    public async Task A_payload_that_is_not_there_is_reported_as_the_real_client_does()
    {
        server.Order(new OmahaFault.WrongCodebase { To = $"{files.Address}elsewhere" });

        await RunAsync("-update");

        Events().Should().Be("check, download-started, error 9");
    }

    private string Events() => string.Join(", ", server.Machine(Machine)!.Events);

    private void Runs(string version) => folder.Write("root/usr/lib/os-release", $"IMAGE_VERSION={version}\n");

    /// <summary>The boot id is the host's own and cannot change: what was noted of it does.</summary>
    private void Reboots(string version)
    {
        Runs(version);
        File.Delete(folder["root/run/update_engine.status"]);
        var noted = folder["root/var/lib/update_engine/previous"];
        File.WriteAllText(noted, File.ReadAllText(noted).Split(' ')[0] + " an-earlier-boot\n");
    }

    private void Installs(string script)
    {
        var file = folder.Write("bin/systemd-sysupdate", $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private async Task<BufferedCommandResult> RunAsync(string argument) => await Cli.Wrap(Program).WithArguments([argument])
        .WithEnvironmentVariables(set => set.Set("UPDATE_ENGINE_ROOT", folder["root"]).Set("PATH", $"{folder["bin"]}:{Environment.GetEnvironmentVariable("PATH")}"))
        .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync();

    /// <summary>Without what is the machine's own.</summary>
    private static string Same(string body) => BootId().Replace(body, "bootid=\"\"");

    [GeneratedRegex("bootid=\"[^\"]*\"")]
    private static partial Regex BootId();
}
