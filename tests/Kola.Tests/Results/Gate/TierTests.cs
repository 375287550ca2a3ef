using FluentAssertions;
using Kola.Results.Events;
using Kola.Results.Gate;
using Kola.Results.Gate.Records;
using Kola.Tests.Results.Gate.Records;
using NUnit.Framework;

namespace Kola.Tests.Results.Gate;

/// <summary>The tier core: a first answer about a part of what the policy requires, which lets nothing ship.</summary>
public sealed class TierTests
{
    [Test]
    public void The_tier_core_asks_for_its_part_alone()
    {
        Judge.Of(Request(GateTier.Full)).Should().Match<Verdict>(verdict => verdict.Result == GateResult.NotProven && verdict.Scenarios.Count == 2);
        Judge.Of(Request(GateTier.Core)).Should().Match<Verdict>(verdict => verdict.Result == GateResult.Passed && verdict.Scenarios.Count == 1);
    }

    [Test]
    public void A_rule_of_the_tier_that_selects_nothing_blocks() =>
        Judge.Of(Request(GateTier.Full, "boot.won")).Problems.Should().ContainSingle().Which.Should().Contain("'boot.won' of the policy selects no scenario");

    [Test]
    public void Its_record_is_refused_unless_the_caller_asks_for_no_more()
    {
        var record = Record(GateTier.Core);

        Check(GateTier.Full).Invoking(check => check.Verify(record, Sample.Key)).Should().Throw<RecordException>().WithMessage("the record is of the tier core, which is a first answer*");
        Check(GateTier.Core).Verify(record, Sample.Key).Predicate.Kola.Tier.Should().Be(GateTier.Core);
    }

    [Test]
    public void A_record_of_the_whole_policy_is_enough_for_either()
    {
        var record = Record(GateTier.Full, complete: true);

        Check(GateTier.Full).Verify(record, Sample.Key).Predicate.Kola.Tier.Should().Be(GateTier.Full);
        Check(GateTier.Core).Invoking(check => check.Verify(record, Sample.Key)).Should().NotThrow();
    }

    private static byte[] Record(GateTier tier, bool complete = false)
    {
        var request = Request(tier, complete: complete);
        return GateRecord.Sign(GateRecord.Of(request, Judge.Of(request), [Resource.Of("os.raw", Sample.ArtifactSha256)], null, "1.0"), Sample.Key);
    }

    private static RecordCheck Check(GateTier tier) => new() { Artifacts = new Dictionary<string, string> { ["os.raw"] = Sample.ArtifactSha256 }, Now = Recording.Noon.AddHours(2), Tier = tier };

    private static GateRequest Request(GateTier tier, string core = "boot.one", bool complete = false)
    {
        var recording = new Recording().Plan(plan => plan, complete ? ["boot.one", "boot.two"] : ["boot.one"]).Attempt("boot.one", 1, Outcome.Passed);
        var request = Recording.Request(["boot.one", "boot.two"], (complete ? recording.Attempt("boot.two", 1, Outcome.Passed) : recording).End().Run);
        return request with { Policy = request.Policy with { Tier = tier, Core = [new() { Place = "gate.yaml:1:1", Scenarios = [core] }] } };
    }
}
