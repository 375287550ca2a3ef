using CliWrap;
using CliWrap.Buffered;
using FluentAssertions;
using Kola.Machines.Guests;
using NUnit.Framework;

namespace Kola.Tests.Machines.Guests;

[Parallelizable(ParallelScope.All)]
public sealed class SystemdInvariantsTests
{
    private const string Answer = """
        0123456789abcdef0123456789abcdef
        =====
        ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8UzFnA2WwjVXrSM8HOxxO9E5ya6Jx5E5yTFu9p9oGl root@node
        =====
        node
        =====
        link to ../usr/share/zoneinfo/UTC  /etc/localtime
        link to /usr/lib/systemd/system/ssh.service  /etc/systemd/system/multi-user.target.wants/ssh.service
        link to /usr/lib/systemd/system/ssh.service  /etc/systemd/system/rescue.target.requires/ssh.service
        link to /usr/lib/systemd/system/systemd-networkd.service  /etc/systemd/system/network-online.target.wants/systemd-networkd.service
        link to /dev/null  /etc/systemd/system/masked.service
        e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  /etc/with  two spaces
        =====
         -1 8f5a4d3c2b1a40f9a0b1c2d3e4f50617 Sat 2026-11-28 20:00:00 UTC Sat 2026-11-28 20:01:00 UTC
          0 ffff4d3c2b1a40f9a0b1c2d3e4f50617 Sat 2026-11-28 20:02:00 UTC Sat 2026-11-28 20:03:00 UTC
        =====
        1764360180.250
        =====
        1000 4096
        =====
        e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  /usr/lib/systemd/import-pubring.gpg
        =====
        /var/lib/canary
        600 0:0
        e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  -
        user.kola=precious 
        /var/lib/plain
        644 0:0
        e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  -
        ?
        /var/lib/gone
        missing



        """;

    [Test]
    public void An_answer_is_taken_apart()
    {
        var invariants = SystemdInvariants.Parse(Answer)!;

        (invariants.MachineId, invariants.Hostname, invariants.RootSize).Should().Be(("0123456789abcdef0123456789abcdef", "node", 4096000));
        invariants.HostKeys.Should().ContainSingle().Which.Value.Should().StartWith("SHA256:").And.HaveLength("SHA256:".Length + 43);
        invariants.Etc.Should().HaveCount(6).And.Contain(new Dictionary<string, string>
        {
            ["/etc/localtime"] = "link to ../usr/share/zoneinfo/UTC",
            ["/etc/systemd/system/masked.service"] = "link to /dev/null",
            ["/etc/with  two spaces"] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        });
        invariants.Boots.Should().Equal("8f5a4d3c2b1a40f9a0b1c2d3e4f50617", "ffff4d3c2b1a40f9a0b1c2d3e4f50617");
        invariants.Clock.Should().Be(DateTimeOffset.FromUnixTimeMilliseconds(1764360180250));
        invariants.EnabledUnits.Should().Equal("ssh.service", "systemd-networkd.service");
        invariants.TrustAnchors.Should().ContainSingle().Which.Key.Should().Be("/usr/lib/systemd/import-pubring.gpg");
        invariants.Canaries["/var/lib/canary"].Should().Be(new CanaryState("600", "0:0", "user.kola=precious", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
        invariants.Canaries["/var/lib/plain"]!.Attributes.Should().BeNull("the guest has no tar");
        invariants.Canaries["/var/lib/gone"].Should().BeNull();
    }

    [Test]
    public void An_answer_that_was_cut_short_is_none()
    {
        SystemdInvariants.Parse("").Should().BeNull();
        SystemdInvariants.Parse(Answer[..Answer.IndexOf("1000 4096", StringComparison.Ordinal)]).Should().BeNull();
    }

    /// <summary>The command itself, by a real shell: what it prints of the host is understood, and an extended attribute is among it.</summary>
    [Test]
    public async Task The_command_says_of_a_real_system_what_is_taken_apart()
    {
        using var folder = new TemporaryFolder();
        var canary = folder.Write("a canary's file", "precious");
        File.SetUnixFileMode(canary, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var answer = await Cli.Wrap("/bin/sh").WithArguments(["-c", SystemdInvariants.Command([canary, "/nonexistent/file"], [$"{folder.Path}/a*", "/nonexistent/*"])]).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync();
        var invariants = SystemdInvariants.Parse(answer.StandardOutput);

        invariants.Should().NotBeNull(answer.StandardOutput + answer.StandardError);
        invariants!.Etc.Should().ContainKey("/etc/passwd");
        invariants.RootSize.Should().BePositive();
        invariants.Canaries[canary].Should().Match<CanaryState>(state => state.Mode == "600" && state.Sha256.Length == 64 && state.Attributes != null);
        invariants.TrustAnchors.Should().ContainSingle().Which.Key.Should().Be(canary);
        invariants.Canaries["/nonexistent/file"].Should().BeNull();
    }
}
