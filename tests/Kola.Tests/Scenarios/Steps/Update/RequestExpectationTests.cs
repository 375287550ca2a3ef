using FluentAssertions;
using Kola.Scenarios.Services;
using Kola.Scenarios.Steps.Update;
using Kola.Servers;
using Kola.Servers.Payloads;
using Kola.Yaml.Values;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Steps.Update;

internal sealed class RequestExpectationTests
{
    private static readonly ServedName Whole = new("os.xz"), Streamed = new("os.raucb", Streamed: true);

    [Test]
    public void A_file_that_is_downloaded_whole_is_counted_by_its_requests()
    {
        var once = new RequestExpectation { Path = "payload", Status = 200, Count = 1 };

        once.Check(Whole, [Request("os.xz", 200), Request("other", 200)]).Should().BeNull();
        once.Check(Whole, [Request("os.xz", 200), Request("os.xz", 200)]).Should().Be("expected 1 of payload with status 200, got 2");
        once.Check(Whole, [Request("os.xz", 206)]).Should().Be("expected 1 of payload with status 200, got 0");
    }

    [Test]
    public void Of_a_file_that_is_read_in_pieces_it_counts_whether_any_was()
    {
        var once = new RequestExpectation { Path = "payload", Status = 200, Count = 1 };
        var never = new RequestExpectation { Path = "payload", Count = 0 };

        once.Check(Streamed, [Request("os.raucb", 206), Request("os.raucb", 206)]).Should().BeNull();
        once.Check(Streamed, []).Should().Contain("got 0");
        once.Check(Streamed, [Request("os.raucb", 503)]).Should().Contain("got 0");
        never.Check(Streamed, []).Should().BeNull();
        never.Check(Streamed, [Request("os.raucb", 206)]).Should().Be("expected 0 of payload, got 1");
    }

    [Test]
    public void What_was_sent_is_added_up()
    {
        var little = new RequestExpectation { Path = "payload", AtMost = new Size(100) };

        little.Check(Streamed, []).Should().BeNull();
        little.Check(Streamed, [Request("os.raucb", 206, 60), Request("os.raucb", 206, 40)]).Should().BeNull();
        little.Check(Streamed, [Request("os.raucb", 206, 60), Request("os.raucb", 206, 41)]).Should().Be("expected at most 100 bytes of payload, got 101");
    }

    private static PayloadRequest Request(string path, int status, long bytes = 10) =>
        new() { Number = 1, At = DateTimeOffset.UnixEpoch, Method = "GET", Path = path, Status = status, BytesSent = bytes, Ending = RequestEnding.Complete };
}
