using FluentAssertions;
using Kola.Scenarios.Steps.Update;
using Kola.Servers.Omaha;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Steps.Update;

/// <summary>What a machine said, held against what a step expects.</summary>
internal sealed class OmahaMismatchTests
{
    private static readonly OmahaMachine Machine = new()
    {
        Id = "a",
        Group = "stable",
        Version = "2",
        LastSeen = DateTimeOffset.UnixEpoch,
        Events = [new OmahaEvent.Check(), new OmahaEvent.Error(2500), new OmahaEvent.Check(), new OmahaEvent.Updated("1")],
    };

    [Test]
    public void All_that_is_expected_may_hold() =>
        new OmahaStep { Events = ["check", "error", "check", "updated"], Error = 2500, UpdatedFrom = "1", Version = "2", Group = "stable" }.Mismatch(Machine).Should().BeNull();

    [Test]
    public void Each_part_is_judged()
    {
        new OmahaStep { Events = ["check", "updated"] }.Mismatch(Machine).Should().Contain("event 2 is error 2500, expected updated");
        new OmahaStep { Error = 2503 }.Mismatch(Machine).Should().Contain("expected error 2503; got error 2500");
        new OmahaStep { UpdatedFrom = "0" }.Mismatch(Machine).Should().Contain("expected an update from version 0; got one from version 1");
        new OmahaStep { Version = "1" }.Mismatch(Machine).Should().Be("expected its last request to name version 1; got 2");
        new OmahaStep { Group = "beta" }.Mismatch(Machine).Should().Be("expected its last request to name group beta; got stable");
    }

    [Test]
    public void A_machine_that_said_nothing_is_never_as_expected()
    {
        new OmahaStep { Version = "2" }.Mismatch(null).Should().Be("the machine has sent no request");
        new OmahaStep { Events = ["check"] }.Mismatch(null).Should().Contain("got nothing: event 1 is missing, expected check");
    }
}
