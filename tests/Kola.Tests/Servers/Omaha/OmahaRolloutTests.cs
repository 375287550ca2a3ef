using CsCheck;
using FluentAssertions;
using Kola.Servers.Omaha;
using NUnit.Framework;

namespace Kola.Tests.Servers.Omaha;

/// <summary>Who is offered what.</summary>
internal sealed class OmahaRolloutTests
{
    private static readonly OmahaOffer Update = OmahaClients.Update;

    private static readonly string[] Tails = ["", "-a", "-b", "+x", "-a+y"];

    private static readonly Gen<string> AnyVersion = Gen.Select(Gen.Int[0, 3].Array[1, 4], Gen.Int[0, Tails.Length - 1], (numbers, tail) => string.Join('.', numbers) + Tails[tail]);

    [Test]
    public void A_share_is_about_as_many_machines_as_it_says_and_a_larger_one_drops_none()
    {
        var machines = Enumerable.Range(0, 10_000).Select(number => $"machine-{number}").ToArray();

        HashSet<string> before = [];
        foreach (var percent in new[] { 0, 1, 25, 50, 99, 100 })
        {
            var offered = machines.Where(machine => Decide(Update with { Percent = percent }, machine).Answer == OmahaAnswer.Offered).ToHashSet();
            ((double)offered.Count).Should().BeApproximately(percent * 100, 200);
            before.Should().BeSubsetOf(offered);
            before = offered;
        }

        before.Should().HaveCount(10_000);
    }

    [Test]
    public void Other_versions_begin_with_other_machines()
    {
        static bool First(string machine, string version) => OmahaRollout.Share(machine, version) < 0.1;

        Enumerable.Range(0, 1000).Count(number => First($"{number}", "1.0.0") && First($"{number}", "2.0.0")).Should().BeLessThan(50);
    }

    [Test]
    public void A_paused_group_gets_Nebraskas_answer_and_a_group_of_its_own_comes_before_that_for_all()
    {
        OmahaOffer[] offers = [Update, Update with { Group = "beta", Paused = true }, Update with { Group = "alpha", Version = "4200.0.0" }];

        OmahaRollout.Decide(offers, Check("a", group: "stable")).Offer!.Version.Should().Be("4100.0.0");
        OmahaRollout.Decide(offers, Check("a", group: "alpha")).Offer!.Version.Should().Be("4200.0.0");
        OmahaRollout.Decide(offers, Check("a", group: "beta")).Should().Be(new OmahaDecision("error-updatesDisabled", "error-internal"));
        OmahaRollout.Decide(offers, Check("a", "4100.0.0", "beta")).Answer.Should().Be(OmahaAnswer.NoUpdate, "it runs what the pause is about");
        OmahaRollout.Decide(offers[1..], Check("a", group: "stable")).Status.Should().Be("error-unknownApplicationOrGroup");
        OmahaRollout.Decide(offers, Check("a") with { App = "another" }).Status.Should().Be("error-unknownApplication");
    }

    [TestCase("4000.0.0", "4100.0.0", true)]
    [TestCase("4100.0.0", "4100.0.0", false)]
    [TestCase("4200.0.0", "4100.0.0", false)]
    [TestCase("4100.0.0+nightly-1", "4100.0.0", false)]
    [TestCase("4100.0.0-beta", "4100.0.0", true)]
    [TestCase("4100.0.0", "4100.0.0-beta", false)]
    [TestCase("999.0", "1000", true)]
    [TestCase("1", "2.0.0-a", true)]
    [TestCase("spring", "autumn", true)]
    [TestCase("spring", "spring", false)]
    public void Only_machines_that_are_behind_are_offered_it(string running, string offered, bool update)
    {
        Decide(Update with { Version = offered }, "a", running).Answer.Should().Be(update ? OmahaAnswer.Offered : OmahaAnswer.NoUpdate);
    }

    [Test]
    public void A_downgrade_is_offered_when_that_is_what_was_ordered() =>
        Decide(Update with { Downgrades = true }, "a", "4200.0.0").Answer.Should().Be(OmahaAnswer.Offered);

    [Test]
    public void Of_two_versions_at_most_one_is_behind_the_other() =>
        Gen.Select(AnyVersion, AnyVersion).Sample((one, other) => !(OmahaVersion.IsBehind(one, other) && OmahaVersion.IsBehind(other, one)));

    private static OmahaDecision Decide(OmahaOffer offer, string machine, string running = "4000.0.0") => OmahaRollout.Decide([offer], Check(machine, running));

    private static OmahaReport Check(string machine, string version = "4000.0.0", string group = "stable") =>
        new() { App = OmahaApp.Flatcar, Machine = machine, Version = version, Group = group, Check = true, Ping = true, Events = [new OmahaEvent.Check()] };
}
