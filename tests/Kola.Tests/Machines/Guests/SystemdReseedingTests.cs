using CliWrap;
using CliWrap.Buffered;
using FluentAssertions;
using Kola.Machines.Guests;
using Kola.Machines.Ssh;
using NUnit.Framework;

namespace Kola.Tests.Machines.Guests;

internal sealed class SystemdReseedingTests
{
    private const string Id = "0123456789abcdef0123456789abcdef";

    // Of `ssh-keygen -t ed25519`, with the fingerprint that `ssh-keygen -l` prints.
    private const string PublicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl root@node";

    [TestCase(Id)]
    [TestCase(null)]
    public async Task The_command_is_one_that_a_shell_can_read(string? id)
    {
        var command = SystemdReseeding.Command(new(DateTimeOffset.UnixEpoch, "entropy", id));

        var parsed = await Cli.Wrap("sh").WithArguments(["-n", "-c", command]).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync();

        parsed.StandardError.Should().BeEmpty();
        command.Contains("ssh-keygen", StringComparison.Ordinal).Should().Be(id is not null, "a fork keeps its identity");
    }

    [TestCase(-5, true)]
    [TestCase(5, false)]
    public async Task A_clock_is_set_forward_and_never_back(int ahead, bool set)
    {
        using var folder = new TemporaryFolder();
        // `date +%s` is the guest's clock, any other call is what sets it.
        await File.WriteAllTextAsync(folder["date"], $"#!/bin/sh\n[ \"$1\" = +%s ] && echo {1_700_000_000 + ahead} || echo \"$@\" > {folder["set"]}\n");
        var line = SystemdReseeding.Command(new(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_250), "entropy", null)).Split('\n').Single(line => line.Contains("date ", StringComparison.Ordinal));
        File.SetUnixFileMode(folder["date"], UnixFileMode.UserRead | UnixFileMode.UserExecute);

        await Cli.Wrap("sh").WithArguments(["-e", "-c", line]).WithEnvironmentVariables(all => all.Set("PATH", $"{folder[""]}:/usr/bin:/bin")).ExecuteAsync();

        File.Exists(folder["set"]).Should().Be(set);
        if (set)
            (await File.ReadAllTextAsync(folder["set"])).Should().Be("-u -s @1700000000.250\n");
    }

    [Test]
    public void The_answer_is_the_machine_id_and_the_keys()
    {
        SystemdReseeding.Parse($"{Id}\n{PublicKey}\n").Should().BeEquivalentTo(new GuestIdentity(Id, [PublicKey]));
        SystemdReseeding.Parse("").Should().BeNull();
        SystemdReseeding.Parse("Permission denied\n").Should().BeNull();
    }

    [Test]
    public async Task The_pin_is_renewed_to_what_ssh_keygen_calls_the_key()
    {
        var printed = await (PublicKey + "\n" | Cli.Wrap("ssh-keygen").WithArguments(["-l", "-f", "-"])).ExecuteBufferedAsync();
        var pin = new HostKeyPin();
        pin.RenewAmong([PublicKey]).Should().BeFalse("nothing tells which kind is used");
        pin.Accept("ssh-ed25519 SHA256:old");

        pin.RenewAmong(["ssh-rsa AAAA other", PublicKey]).Should().BeTrue();

        pin.Pinned.Should().Be($"ssh-ed25519 {printed.StandardOutput.Split(' ')[1]}");
        pin.RenewAmong(["ssh-rsa AAAA other"]).Should().BeFalse();
    }
}
