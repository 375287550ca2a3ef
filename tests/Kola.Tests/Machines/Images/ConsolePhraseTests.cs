using FluentAssertions;
using Kola.Machines.Images.Catalog;
using NUnit.Framework;

namespace Kola.Tests.Machines.Images;

[Parallelizable(ParallelScope.All)]
public sealed class ConsolePhraseTests
{
    private static readonly ConsolePhrase Granted = new("reboot granted, from release {from} to {to}");

    [TestCase("kola: reboot granted, from release 1 to 2", true)]
    [TestCase("kola: reboot granted, from release 1 to 2\r", true)]
    [TestCase("kola: reboot granted, from release 1 to 22", false)]
    [TestCase("kola: reboot granted, from release 1 to 2.1", false)]
    [TestCase("kola: reboot granted, from release 11 to 2", false)]
    public void Versions_stand_in_their_places_and_are_whole(string line, bool matches) => Granted.ToRegex(from: "1", to: "2").IsMatch(line).Should().Be(matches);

    [Test]
    public void A_version_is_taken_literally()
    {
        var phrase = new ConsolePhrase("release {release} failed");

        phrase.ToRegex("41.2+x").IsMatch("release 41.2+x failed").Should().BeTrue();
        phrase.ToRegex("41.2+x").IsMatch("release 41a2x failed").Should().BeFalse();
    }

    [Test]
    public void A_version_that_is_not_given_may_be_any() => Granted.ToRegex(to: "41~rc1").IsMatch("reboot granted, from release 40 to 41~rc1").Should().BeTrue();

    [TestCase("release {version} failed", "'{version}' stands for nothing; expected {release}, {from} or {to}")]
    [TestCase("release ({release}", "*is not a valid regular expression*")]
    public void A_place_that_stands_for_nothing_is_a_mistake(string text, string message)
    {
        ConsolePhrase.TryParse(text, out _).Should().BeFalse();
        ConsolePhrase.Explain(text).Should().Match(message);
    }

    [Test]
    public void A_count_of_repetitions_is_not_a_place() => ConsolePhrase.Explain("x{2}").Should().BeNull();

    [Test]
    public void The_shipped_images_report_what_scenarios_wait_for()
    {
        var catalog = ImageCatalog.Load(Path.Combine(Checkout.Root, "images", "catalog.yaml"));

        catalog.Find("kola-os")!.ConsoleSays.Keys.Should().BeEquivalentTo(Enum.GetValues<ConsoleSaying>());
        catalog.Find("kola-os")!.ConsoleSays[ConsoleSaying.RollbackReported].ToRegex("2", to: "1").IsMatch("kola: release 2 failed and was left; running 1").Should().BeTrue();
        catalog.Find("rauc-os")!.ConsoleSays[ConsoleSaying.RollbackReported].ToRegex("2", to: "1").IsMatch("rauc-os: the release in slot B failed and was left; running 1").Should().BeTrue();
        catalog.Find("kola-os")!.Units[UnitRole.Health].Should().Be("kola-health.service");
    }
}
