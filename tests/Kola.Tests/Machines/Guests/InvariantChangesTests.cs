using FluentAssertions;
using Kola.Machines.Guests;
using NUnit.Framework;

namespace Kola.Tests.Machines.Guests;

[Parallelizable(ParallelScope.All)]
public sealed class InvariantChangesTests
{
    private static readonly CanaryState Canary = new("600", "0:0", "user.kola=1", "aa");

    private static readonly GuestInvariants Before = new()
    {
        MachineId = "m1",
        HostKeys = new Dictionary<string, string> { ["ssh-ed25519"] = "SHA256:a" },
        Hostname = "node",
        Etc = new Dictionary<string, string> { ["/etc/kola.conf"] = "11", ["/etc/.updated"] = "22" },
        Boots = ["b1"],
        Clock = DateTimeOffset.UnixEpoch,
        RootSize = 4096,
        EnabledUnits = ["ssh.service"],
        TrustAnchors = new Dictionary<string, string> { ["/usr/lib/keys.gpg"] = "55" },
        Canaries = new Dictionary<string, CanaryState?> { ["/var/lib/canary"] = Canary, ["/var/lib/never-there"] = null },
    };

    [Test]
    public void A_release_may_bring_files_and_boots_of_its_own_and_time_goes_on() => InvariantChanges.Of(Before, Before with
    {
        Etc = new Dictionary<string, string>(Before.Etc) { ["/etc/new.conf"] = "33", ["/etc/.updated"] = "44" },
        Boots = ["b1", "b2"],
        Clock = Before.Clock.AddMinutes(1),
    }, []).Should().BeEmpty();

    private static readonly object[] Changes =
    [
        new object[] { Before with { MachineId = "m2" }, "the machine id changed from m1 to m2 (allow: machine-id)" },
        new object[] { Before with { HostKeys = new Dictionary<string, string> { ["ssh-ed25519"] = "SHA256:b" } }, "the SSH host key ssh-ed25519 changed from SHA256:a to SHA256:b (allow: host-keys)" },
        new object[] { Before with { HostKeys = new Dictionary<string, string>() }, "the SSH host key ssh-ed25519 changed from SHA256:a to none (allow: host-keys)" },
        new object[] { Before with { Hostname = "localhost" }, "the host name changed from 'node' to 'localhost' (allow: hostname)" },
        new object[] { Before with { Etc = new Dictionary<string, string> { ["/etc/kola.conf"] = "12" } }, "/etc/kola.conf has other content than before (allow: etc-file:/etc/kola.conf)" },
        new object[] { Before with { Etc = new Dictionary<string, string>() }, "/etc/kola.conf is gone (allow: etc-file:/etc/kola.conf)" },
        new object[] { Before with { Boots = ["b2"] }, "the journal has lost 1 of 1 earlier boots: b1 (allow: journal)" },
        new object[] { Before with { Clock = Before.Clock.AddSeconds(-1) }, "the clock went back from 1970-01-01 00:00:00Z to 1969-12-31 23:59:59Z (allow: clock)" },
        new object[] { Before with { RootSize = 2048 }, "the root file system has 2048 bytes, before 4096 (allow: root-size)" },
        new object[] { Before with { EnabledUnits = [] }, "unit ssh.service is no longer enabled (allow: enabled-unit:ssh.service)" },
        new object[] { Before with { EnabledUnits = ["ssh.service", "debug-shell.service"] }, "unit debug-shell.service is enabled and was not (allow: enabled-unit:debug-shell.service)" },
        new object[] { Before with { TrustAnchors = new Dictionary<string, string> { ["/usr/lib/keys.gpg"] = "66" } }, "who may sign updates has changed: /usr/lib/keys.gpg holds other keys than before (allow: trust-anchors)" },
        new object[] { Before with { TrustAnchors = new Dictionary<string, string>(Before.TrustAnchors) { ["/etc/more.gpg"] = "66" } }, "who may sign updates has changed: /etc/more.gpg is new (allow: trust-anchors)" },
        new object[] { With(null), "/var/lib/canary is gone (allow: canary-file:/var/lib/canary)" },
        new object[] { With(Canary with { Mode = "644" }), "/var/lib/canary has mode 644, before 600 (allow: canary-file:/var/lib/canary)" },
        new object[] { With(Canary with { Owner = "1000:0" }), "/var/lib/canary belongs to 1000:0, before 0:0 (allow: canary-file:/var/lib/canary)" },
        new object[] { With(Canary with { Attributes = null }), "/var/lib/canary has the extended attributes 'unknown', before 'user.kola=1' (allow: canary-file:/var/lib/canary)" },
        new object[] { With(Canary with { Sha256 = "bb" }), "/var/lib/canary has other content than before (allow: canary-file:/var/lib/canary)" },
    ];

    [TestCaseSource(nameof(Changes))]
    public void A_change_is_said_with_the_words_that_allow_it_and_allowed_by_them(GuestInvariants after, string sentence)
    {
        var found = InvariantChanges.Of(Before, after, []);

        found.Should().Equal(sentence);
        var words = sentence[(sentence.LastIndexOf("(allow: ", StringComparison.Ordinal) + "(allow: ".Length)..^1];
        InvariantChanges.Of(Before, after, [InvariantAllowance.Parse(words)!]).Should().BeEmpty();
        InvariantChanges.Of(Before, after, [InvariantAllowance.Parse("etc-file:/etc/other")!]).Should().Equal(sentence);
    }

    [TestCase("etc-file:/etc/*", "etc-file:/etc/*")]
    [TestCase("hostname", "hostname")]
    [TestCase("hostname:node", null)]
    [TestCase("etc-file", null)]
    [TestCase("etc-file:", null)]
    [TestCase("everything", null)]
    public void Only_words_of_the_closed_list_allow_something(string text, string? read) => InvariantAllowance.Parse(text)?.ToString().Should().Be(read);

    private static GuestInvariants With(CanaryState? canary) => Before with { Canaries = new Dictionary<string, CanaryState?> { ["/var/lib/canary"] = canary } };
}
