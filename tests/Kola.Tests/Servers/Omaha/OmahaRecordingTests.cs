using FluentAssertions;
using Kola.Servers.Omaha;
using NUnit.Framework;

namespace Kola.Tests.Servers.Omaha;

/// <summary>What a real client sent, sent again: the server must understand it, and answer so that the client would.</summary>
internal sealed class OmahaRecordingTests
{
    [Test]
    public void The_ten_recordings_are_read_byte_by_byte()
    {
        RecordedClient.Names.Should().HaveCount(10);

        foreach (var post in RecordedClient.Names.SelectMany(RecordedClient.Posts))
            post.Body.Should().HaveLength(post.Length, "the client told it so");
    }

    [TestCase("update-ok", "check, download-started, download-finished, installed")]
    [TestCase("raw-replace-only", "check, download-started, download-finished, installed")]
    [TestCase("resumed", "check, download-started, download-finished, installed")]
    [TestCase("interrupted", "check, download-started")]
    [TestCase("noupdate", "check")]
    [TestCase("first-check-after-update", "updated from 4000.0.0")]
    [TestCase("first-check-after-rollback", "rolled-back")]
    [TestCase("server-500", "check, error 2500")]
    [TestCase("corrupt-payload", "check, download-started, error 29")]
    [TestCase("postinst-fails", "check, download-started, download-finished, error 5")]
    public async Task A_recording_is_the_sequence_that_was_seen(string recording, string sequence)
    {
        await using var clients = await OmahaClients.StartAsync();

        foreach (var post in RecordedClient.Posts(recording))
            (await clients.PostAsync(post.Body, post.Path)).Status.Should().Be(200);

        var machine = clients.Server.Machines.Should().ContainSingle().Subject;
        machine.Id.Should().Be(OmahaClients.RecordedMachine);
        machine.Group.Should().Be("stable");
        machine.Pings.Should().Be(1, "each of the recordings has one check, and each check has a ping");
        string.Join(", ", machine.Events.Select(said => said.ToString())).Should().Be(sequence);
    }

    [TestCase("update-ok")]
    [TestCase("resumed")]
    [TestCase("first-check-after-rollback")]
    public async Task The_answer_to_a_recorded_check_has_all_that_the_client_reads(string recording)
    {
        await using var clients = await OmahaClients.StartAsync();

        var read = await clients.AskAsync(RecordedClient.Posts(recording)[0].Body);

        read.Error.Should().BeNull();
        read.Version.Should().Be("4100.0.0");
        read.Urls.Should().Equal("http://127.0.0.1:8899/pay/update.gz");
        read.Size.Should().Be(12_345_678);
        read.Hash.Should().Be("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        read.DisablePayloadBackoff.Should().BeTrue();
    }

    [Test]
    public async Task A_client_that_runs_what_is_offered_is_told_that_there_is_no_update()
    {
        await using var clients = await OmahaClients.StartAsync();

        var read = await clients.AskAsync(RecordedClient.Posts("first-check-after-update")[0].Body);

        read.Should().Be(new UpdateEngineReading());
        (await clients.AnsweredAsync(1))[0].Reports.Should().ContainSingle().Which.Answer.Should().Be(OmahaAnswer.NoUpdate);
    }

    [Test]
    public async Task A_recorded_update_and_what_came_after_it_are_judged_as_one_sequence()
    {
        await using var clients = await OmahaClients.StartAsync();
        foreach (var post in new[] { "update-ok", "first-check-after-update" }.SelectMany(RecordedClient.Posts))
            await clients.PostAsync(post.Body, post.Path);
        var seen = clients.Server.Machine(OmahaClients.RecordedMachine)!.Events;

        new OmahaExpectation { Events = ["check", "download-started", "download-finished", "installed", "updated"], UpdatedFrom = "4000.0.0" }.Mismatch(seen).Should().BeNull();
        new OmahaExpectation { Events = ["check", "download-started", "download-finished", "installed", "rolled-back"] }.Mismatch(seen).Should().EndWith("event 5 is updated from 4000.0.0, expected rolled-back");
    }

    [Test]
    public async Task A_server_that_answers_500_is_what_the_client_reported()
    {
        await using var clients = await OmahaClients.StartAsync();
        clients.Server.Order(new OmahaFault.Status { Code = 500 });
        var posts = RecordedClient.Posts("server-500");

        (await clients.AskAsync(posts[0].Body)).Error.Should().Be(2500);
        (await clients.PostAsync(posts[1].Body)).Status.Should().Be(200, "the fault is for checks");

        new OmahaExpectation { Events = ["check", "error"], Error = 2500 }.Mismatch(clients.Server.Machines[0].Events).Should().BeNull();
    }
}
