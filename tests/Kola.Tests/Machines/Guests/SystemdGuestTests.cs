using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Guests;
using NUnit.Framework;

namespace Kola.Tests.Machines.Guests;

[TestFixture]
public sealed class SystemdGuestTests
{
    [Test]
    public void Health_is_boot_id_state_and_failed_units()
    {
        const string printed = "0b3f-boot\ndegraded\n● a.service loaded failed failed A\nb@x.service   loaded failed failed B\n";

        SystemdGuest.ParseHealth(printed).Should().BeEquivalentTo(new GuestHealth("0b3f-boot", "degraded", ["a.service", "b@x.service"]));
    }

    [TestCase("")]
    [TestCase("0b3f-boot\n")]
    public void Without_a_state_there_is_no_health(string printed) => SystemdGuest.ParseHealth(printed).Should().BeNull();

    [Test]
    public void Units_come_in_the_order_of_their_names()
    {
        var units = SystemdGuest.ParseUnits(
            ["ssh.service", "nope.service"],
            "LoadState=loaded\nActiveState=active\nSubState=running\n\nLoadState=not-found\nActiveState=inactive\nSubState=dead\n");

        units.Should().BeEquivalentTo(new Dictionary<string, GuestUnit>
        {
            ["ssh.service"] = new("loaded", "active", "running"),
            ["nope.service"] = new("not-found", "inactive", "dead"),
        });
    }

    [Test]
    public void Another_number_of_units_is_no_answer() =>
        SystemdGuest.ParseUnits(["a.service", "b.service"], "LoadState=loaded\n").Should().BeNull();

    [Test]
    public void Os_release_values_lose_their_quotes()
    {
        var values = OsRelease.Parse("# comment\nID=kola\nNAME=\"Kola \\\"OS\\\" \\$1\"\nEMPTY=\nSINGLE='a \\b'\nURL=x?a=b\n");

        values.Should().BeEquivalentTo(new Dictionary<string, string>
        {
            ["ID"] = "kola",
            ["NAME"] = "Kola \"OS\" $1",
            ["EMPTY"] = "",
            ["SINGLE"] = "a \\b",
            ["URL"] = "x?a=b",
        });
    }

    [Test]
    public void Adapters_are_found_by_name() =>
        GuestAdapters.Names.Select(n => GuestAdapters.Get(n).Name).Should().Equal("flatcar", "rauc", "systemd", "systemd-sysupdate");

    [Test]
    public void An_unknown_adapter_is_refused() =>
        FluentActions.Invoking(() => GuestAdapters.Get("windows")).Should().Throw<InputException>().WithMessage("*\"windows\"*rauc, systemd, systemd-sysupdate*");
}
