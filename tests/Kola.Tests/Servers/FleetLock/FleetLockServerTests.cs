using System.Net;
using FluentAssertions;
using Kola.Servers;
using Kola.Servers.FleetLock;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Kola.Tests.Servers.FleetLock;

/// <summary>The protocol, asked over HTTP.</summary>
internal sealed class FleetLockServerTests
{
    [Test]
    public async Task One_slot_is_held_by_one_machine_at_a_time()
    {
        await using var clients = await LockClients.StartAsync();

        (await clients.LockAsync("a")).Status.Should().Be(HttpStatusCode.OK);
        (await clients.LockAsync("b")).Should().Be((HttpStatusCode.Locked, "lock_held"));
        (await clients.UnlockAsync("a")).Status.Should().Be(HttpStatusCode.OK);
        (await clients.LockAsync("b")).Status.Should().Be(HttpStatusCode.OK);

        clients.Server.Holders.Select(holder => holder.Id).Should().Equal("b");
        (await clients.AnsweredAsync(4)).Select(request => request.Effect).Should().Equal(LockEffect.Granted, LockEffect.Refused, LockEffect.Released, LockEffect.Granted);
    }

    [Test]
    public async Task A_holder_that_asks_again_holds_still_and_gives_back_once()
    {
        var time = new FakeTimeProvider(new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var clients = await LockClients.StartAsync(slots: 2, time);
        await clients.LockAsync("a");
        time.Advance(TimeSpan.FromMinutes(1));

        (await clients.LockAsync("a")).Status.Should().Be(HttpStatusCode.OK);

        clients.Server.Holders.Should().Equal(new LockHolder("default", "a", new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        (await clients.UnlockAsync("a")).Status.Should().Be(HttpStatusCode.OK);
        clients.Server.Holders.Should().BeEmpty();
        (await clients.UnlockAsync("a")).Status.Should().Be(HttpStatusCode.OK, "what is not held may be given back");
        (await clients.AnsweredAsync(4))[^1].Effect.Should().Be(LockEffect.NotHeld);
    }

    [Test]
    public async Task A_slot_is_given_back_by_its_holder_only()
    {
        await using var clients = await LockClients.StartAsync();
        await clients.LockAsync("a");

        (await clients.UnlockAsync("b")).Status.Should().Be(HttpStatusCode.OK);

        clients.Server.Holders.Select(holder => holder.Id).Should().Equal("a");
    }

    [Test]
    public async Task Groups_have_slots_of_their_own()
    {
        await using var clients = await LockClients.StartAsync(slots: 2);

        (await clients.LockAsync("a")).Status.Should().Be(HttpStatusCode.OK);
        (await clients.LockAsync("b")).Status.Should().Be(HttpStatusCode.OK);
        (await clients.LockAsync("c")).Status.Should().Be(HttpStatusCode.Locked);
        (await clients.LockAsync("c", "etcd")).Status.Should().Be(HttpStatusCode.OK);
        (await clients.LockAsync("a", "etcd")).Status.Should().Be(HttpStatusCode.Locked);
        (await clients.LockAsync("a", "other")).Should().Be((HttpStatusCode.BadRequest, "invalid_group"));
    }

    [TestCase("v1/pre-reboot", null, "POST", 400, "missing_fleetlock_header")]
    [TestCase("v1/steady-state", "false", "POST", 400, "missing_fleetlock_header")]
    [TestCase("v1/pre-reboot", "true", "PUT", 405, "method_not_allowed")]
    [TestCase("v1/pre-reboot/", "true", "POST", 404, "not_found")]
    [TestCase("v2/pre-reboot", "true", "POST", 404, "not_found")]
    public async Task A_request_that_is_not_the_protocols_is_refused(string path, string? header, string method, int status, string kind)
    {
        await using var clients = await LockClients.StartAsync();

        (await clients.AskAsync(path, LockClients.Message("a"), header, new(method))).Should().Be(((HttpStatusCode)status, kind));

        clients.Server.Holders.Should().BeEmpty();
        (await clients.AnsweredAsync(1)).Should().ContainSingle().Which.Should().BeEquivalentTo(new { Number = 1, Method = method, Path = $"/{path}", Status = status, Kind = kind, Effect = (LockEffect?)null });
    }

    [TestCase("", "decode_error")]
    [TestCase("null", "invalid_client_params")]
    [TestCase("[]", "decode_error")]
    [TestCase("{}", "decode_error")]
    [TestCase("""{"client_params":{"id":"a"}}""", "decode_error")]
    [TestCase("""{"client_params":{"id":"","group":"default"}}""", "invalid_client_params")]
    [TestCase("""{"client_params":{"id":"a","group":null}}""", "invalid_client_params")]
    [TestCase("""{"client_params":{"id":7,"group":"default"}}""", "decode_error")]
    [TestCase("""{"client_params":{"id":"a","group":"default"}""", "decode_error")]
    public async Task A_client_that_cannot_be_told_is_refused(string body, string kind)
    {
        await using var clients = await LockClients.StartAsync();

        (await clients.AskAsync("v1/pre-reboot", body)).Should().Be((HttpStatusCode.BadRequest, kind));

        clients.Server.Holders.Should().BeEmpty();
    }

    [Test]
    public async Task A_message_without_end_is_not_read()
    {
        await using var clients = await LockClients.StartAsync();

        (await clients.AskAsync("v1/pre-reboot", LockClients.Message(new string('a', 20_000)))).Should().Be((HttpStatusCode.BadRequest, "decode_error"));
    }

    [Test]
    public async Task What_a_newer_client_says_besides_is_passed_over()
    {
        await using var clients = await LockClients.StartAsync();

        (await clients.AskAsync("v1/pre-reboot", """{"more":1,"client_params":{"group":"default","id":"a","more":[]}}""")).Status.Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task Of_many_that_ask_at_once_as_many_are_granted_as_there_are_slots()
    {
        await using var clients = await LockClients.StartAsync(slots: 3);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => clients.LockAsync($"n{number}")));

        answers.Count(answer => answer.Status is HttpStatusCode.OK).Should().Be(3);
        clients.Server.Holders.Should().HaveCount(3);
        (await clients.AnsweredAsync(20)).Select(request => request.Number).Should().Equal(Enumerable.Range(1, 20));
    }

    [Test]
    public async Task Who_waits_for_a_holder_is_told()
    {
        await using var clients = await LockClients.StartAsync();
        var held = clients.Server.WaitUntilAsync(server => server.Holders.Any(holder => holder.Id == "a"), CancellationToken.None);
        await clients.LockAsync("b", "etcd");
        held.IsCompleted.Should().BeFalse();

        await clients.LockAsync("a");

        await held.WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Test]
    public async Task Each_answer_is_told_when_it_has_ended()
    {
        await using var clients = await LockClients.StartAsync();
        var told = new TaskCompletionSource<FleetLockRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
        clients.Server.Answered += request => told.TrySetResult(request);

        await clients.LockAsync("a");

        (await told.Task.WaitAsync(TimeSpan.FromMinutes(1))).Should().BeEquivalentTo(new { Group = "default", Id = "a", Status = 200, Effect = LockEffect.Granted, Ending = RequestEnding.Complete });
    }
}
