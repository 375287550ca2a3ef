using FluentAssertions;
using Kola.Machines.Guests;
using Kola.Machines.Offline;
using Kola.Scenarios.Live;
using Kola.Scenarios.Steps.Update;
using Kola.Yaml.Values;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Steps.Update;

/// <summary>An update, a refusal and a fall-back each shown right once, and wrong in every way that they exist to catch.</summary>
internal sealed class UpdateJudgementTests
{
    private static readonly InstalledRelease One = new("A", "1", "11111111", "os_1.efi"), Empty = new("B", null, "22222222", null), Two = new("B", "2", "33333333", "os_2+3-0.efi");
    private static readonly IReadOnlyList<InstalledRelease> Fresh = [One, Empty], Staged = [One, Two];
    private static readonly UpdateExpectation ToTwo = new("2", null, false), Refused = new("2", new(null, new Pattern("did not check out")), false), Corrupt = new("2", new(RefusalReason.Corrupt, null), false), UpToDate = new("1", null, true);
    private static readonly UpdateReport Done = new(0, "installed"), Tampered = new(1, "Checksum of it did not check out."), Other = new(1, "no route to host");

    [Test]
    public void An_update_has_installed_the_release_with_an_entry() => Judge(ToTwo, Done, Staged).Should().BeNull();

    [Test]
    public void An_update_that_failed_or_installed_nothing_is_none()
    {
        Judge(ToTwo, Other, Staged).Should().Contain("failed");
        Judge(ToTwo, Done, Fresh).Should().Contain("2 is not installed beside 1");
        Judge(ToTwo, Done, [One, Two with { Entry = null }]).Should().Contain("no boot entry");
        Judge(ToTwo with { To = "1" }, Done, Staged).Should().Contain("1 is not installed beside 1", "what runs is not what was installed");
    }

    [Test]
    public void A_refusal_says_why_and_leaves_what_is_installed() => Judge(Refused, Tampered, Fresh).Should().BeNull();

    [Test]
    public void A_refusal_that_installs_says_something_else_or_changes_something_is_none()
    {
        Judge(Refused, Done, Staged).Should().Contain("was not refused");
        Judge(Refused, Other, Fresh).Should().Contain("not for the expected reason, /did not check out/");
        Judge(Refused, Tampered, Staged).Should().Contain("has changed");
        Judge(Refused, Tampered, [One, Empty with { Identity = "44444444" }]).Should().Contain("has changed");
    }

    [Test]
    public void Where_a_slot_is_written_over_a_refusal_may_cost_that_slot_and_nothing_else()
    {
        InstalledRelease runs = new("A", "1", "11111111", "A"), older = new("B", "0", "22222222", "B"), half = new("B", "2", "33333333", null);
        string? Of(params InstalledRelease[] after) => UpdateJudgement.Of(new RaucGuest(), Refused, Tampered, "1", [runs, older], after);

        Of(runs, older).Should().BeNull();
        Of(runs, half).Should().BeNull("the boot loader does not start it");
        Of(runs, half with { Entry = "B" }).Should().Contain("has changed");
        Of(runs with { Entry = null }, half).Should().Contain("has changed", "it runs");
        Judge(Refused, Tampered, [One, Empty with { Version = "2" }]).Should().Contain("has changed", "this family does not write over a slot before all is there");
    }

    [Test]
    public void A_slot_without_an_identity_is_told_too() =>
        UpdateJudgement.Describe([new("B", null, "", null)]).Should().Be("B: empty");

    [Test]
    public void A_reason_is_given_in_the_words_of_the_guests_family()
    {
        Judge(Corrupt, Tampered, Fresh).Should().BeNull();
        Judge(Corrupt, Other, Fresh).Should().Contain("not for the expected reason, corrupt");
        Judge(Corrupt, Done, Staged).Should().Contain("was not refused");
    }

    [Test]
    public void Nothing_to_do_leaves_what_is_installed()
    {
        Judge(UpToDate, Done, Fresh).Should().BeNull();
        Judge(UpToDate, Done, Staged).Should().Contain("has changed");
        Judge(UpToDate, Other, Fresh).Should().Contain("looking for an update failed");
    }

    [Test]
    public void A_fall_back_has_tried_another_release_as_often_as_it_may_be()
    {
        var step = new FallBackStep { To = "1", Tried = new Dictionary<string, int> { ["2"] = 3 } };

        step.Judge("node", "1", Console("1", "2", "2", "2", "1")).Should().Be("tried release 2 3 times, then release 1");
        Wrong(step, "1", "2", "2", "1").Should().Contain("was to try release 2 3 times").And.Contain("2 2 times");
        Wrong(step, "1", "1").Should().Contain("without having tried another");
        Wrong(step, "2", "2", "2", "2", "2").Should().Contain("runs release 2");
        Wrong(step with { Tried = new Dictionary<string, int>() }, "1", "1", "1").Should().Contain("without having tried another");
    }

    [Test]
    public void Where_the_console_says_nothing_the_boot_loaders_counters_are_the_proof()
    {
        var step = new FallBackStep { To = "1", Tried = new Dictionary<string, int> { ["2"] = 3 } };

        step.Judge("node", "1", new(TriesProof.BootCounter, new Dictionary<string, int> { ["2"] = 3 })).Should().Be("tried release 2 3 times, then release 1, by the boot loader's counters");
        FluentActions.Invoking(() => step.Judge("node", "1", new(TriesProof.BootCounter, new Dictionary<string, int> { ["2"] = 1 })))
            .Should().Throw<StepFailedException>().WithMessage("*was to try release 2 3 times*; the boot loader has counted release 2 1 times*");
    }

    [Test]
    public void Counters_tell_what_was_tried_since_they_were_read_and_an_entry_installed_again_begins_anew()
    {
        Dictionary<string, TryCount> before = new() { ["1"] = new(0, 3), ["2"] = new(3, 0), ["3"] = new(0, 3), ["4"] = new(0, 3) };

        TriesMade.Since(before, new Dictionary<string, TryCount> { ["1"] = new(0, 4), ["2"] = new(0, 3), ["3"] = new(0, 3), ["4"] = new(1, 2), ["5"] = new(2, 1) }, "1")
            .Should().BeEquivalentTo(new Dictionary<string, int> { ["2"] = 3, ["4"] = 2, ["5"] = 1 });
    }

    private static TriesShown Console(string running, params string[] starts) =>
        new(TriesProof.ConsoleLine, starts.Where(release => release != running).GroupBy(release => release).ToDictionary(group => group.Key, group => group.Count()));

    private static string? Judge(UpdateExpectation expected, UpdateReport report, IReadOnlyList<InstalledRelease> after) => UpdateJudgement.Of(new SysupdateGuest(), expected, report, "1", Fresh, after);

    private static string Wrong(FallBackStep step, string running, params string[] starts) =>
        FluentActions.Invoking(() => step.Judge("node", running, Console(running, starts))).Should().Throw<StepFailedException>().Which.Message;
}
