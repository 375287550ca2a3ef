using FluentAssertions;
using Kola.Servers.Omaha;
using NUnit.Framework;

namespace Kola.Tests.Servers.Omaha;

/// <summary>The judgement of what a machine said.</summary>
internal sealed class OmahaExpectationTests
{
    private static readonly OmahaEvent[] Update =
        [new OmahaEvent.Check(), new OmahaEvent.DownloadStarted(), new OmahaEvent.DownloadFinished(), new OmahaEvent.Installed(), new OmahaEvent.Updated("1.0.0")];

    private static readonly string[] Words = ["check", "download-started", "download-finished", "installed", "updated"];

    [Test]
    public void The_same_sequence_is_as_expected() => new OmahaExpectation { Events = Words, UpdatedFrom = "1.0.0" }.Mismatch(Update).Should().BeNull();

    [Test]
    public void Checks_that_follow_each_other_count_once_and_pings_not_at_all()
    {
        OmahaEvent[] polled = [new OmahaEvent.Check(), new OmahaEvent.Ping(), new OmahaEvent.Check(), .. Update, new OmahaEvent.Other(800, 1)];

        new OmahaExpectation { Events = Words }.Mismatch(polled).Should().BeNull();
        new OmahaExpectation { Events = Words }.Mismatch([.. Update, new OmahaEvent.Check()]).Should().EndWith("event 6 is check, expected no further event");
    }

    [Test]
    public void What_is_missing_and_what_is_other_is_named_with_its_place()
    {
        new OmahaExpectation { Events = Words }.Mismatch(Update[..3]).Should()
            .Be("expected events check, download-started, download-finished, installed, updated; got check, download-started, download-finished: event 4 is missing, expected installed");
        new OmahaExpectation { Events = Words }.Mismatch([.. Update[..2], new OmahaEvent.Error(29)]).Should().EndWith("event 3 is error 29, expected download-finished");
        new OmahaExpectation { Events = ["check"] }.Mismatch([]).Should().Be("expected events check; got nothing: event 1 is missing, expected check");
    }

    [Test]
    public void The_last_error_and_the_last_update_are_what_is_asked_for()
    {
        OmahaEvent[] seen = [.. Update, new OmahaEvent.Error(9), new OmahaEvent.Error(2500)];

        new OmahaExpectation { Error = 2500, UpdatedFrom = "1.0.0" }.Mismatch(seen).Should().BeNull();
        new OmahaExpectation { Error = 9 }.Mismatch(seen).Should().StartWith("expected error 9; got error 2500 (events ");
        new OmahaExpectation { Error = 9 }.Mismatch(Update).Should().StartWith("expected error 9; got no error (events ");
        new OmahaExpectation { UpdatedFrom = "2.0.0" }.Mismatch(seen).Should().StartWith("expected an update from version 2.0.0; got one from version 1.0.0 (");
        new OmahaExpectation { UpdatedFrom = "2.0.0" }.Mismatch([]).Should().Be("expected an update from version 2.0.0; got no 3/2 event with a previous version (events nothing)");
    }
}
