using System.Net;
using FluentAssertions;
using Kola.Servers;
using Kola.Servers.FleetLock;
using NUnit.Framework;

namespace Kola.Tests.Servers.FleetLock;

/// <summary>What each fault does to what a client gets, and to the locks.</summary>
internal sealed class LockFaultTests
{
    [Test]
    public async Task A_server_that_is_down_answers_nobody_and_decides_nothing_until_it_is_up()
    {
        await using var clients = await LockClients.StartAsync();
        clients.Server.Order(new LockFault.Down());

        await clients.Awaiting(asked => asked.LockAsync("a")).Should().ThrowAsync<HttpRequestException>();

        clients.Server.Holders.Should().BeEmpty();
        (await clients.AnsweredAsync(1))[0].Should().BeEquivalentTo(new { Id = "a", Status = (int?)null, Effect = (LockEffect?)null, Faults = new[] { "down" }, Ending = RequestEnding.Reset });
        clients.Server.Order();
        (await clients.LockAsync("a")).Status.Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task Errors_are_for_the_calls_and_the_times_that_were_ordered()
    {
        await using var clients = await LockClients.StartAsync();
        await clients.LockAsync("a");
        clients.Server.Order(new LockFault.Error { Code = 500, Call = LockCall.SteadyState, Times = 2 });

        (await clients.LockAsync("a")).Status.Should().Be(HttpStatusCode.OK);
        (await clients.UnlockAsync("a")).Should().Be((HttpStatusCode.InternalServerError, "internal_error"));
        (await clients.UnlockAsync("a")).Status.Should().Be(HttpStatusCode.InternalServerError);
        clients.Server.Holders.Should().HaveCount(1);
        (await clients.UnlockAsync("a")).Status.Should().Be(HttpStatusCode.OK);
        clients.Server.Holders.Should().BeEmpty();
    }

    [Test]
    public async Task A_slow_answer_is_decided_at_once_even_when_the_client_leaves()
    {
        await using var clients = await LockClients.StartAsync();
        clients.Server.Order(new LockFault.Slow { By = TimeSpan.FromMinutes(5) });
        using var leaving = new CancellationTokenSource();
        var asked = clients.AskAsync("v1/pre-reboot", LockClients.Message("a"), cancellation: leaving.Token);

        await clients.Server.WaitUntilAsync(server => server.Holders.Count == 1, CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1));
        asked.IsCompleted.Should().BeFalse();
        clients.Server.Requests[0].Ending.Should().Be(RequestEnding.Open);
        await leaving.CancelAsync();

        await asked.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
        (await clients.AnsweredAsync(1))[0].Should().BeEquivalentTo(new { Effect = LockEffect.Granted, Status = (int?)null, Ending = RequestEnding.ClientLeft });
        clients.Server.Holders.Should().HaveCount(1);
    }

    [Test]
    public async Task A_slow_answer_comes_no_sooner_than_it_was_ordered()
    {
        await using var clients = await LockClients.StartAsync();
        clients.Server.Order(new LockFault.Slow { By = TimeSpan.FromMilliseconds(300) });
        var begun = TimeProvider.System.GetTimestamp();

        (await clients.LockAsync("a")).Status.Should().Be(HttpStatusCode.OK);

        TimeProvider.System.GetElapsedTime(begun).Should().BeGreaterThan(TimeSpan.FromMilliseconds(290));
    }

    [Test]
    public async Task Stopping_ends_slow_answers()
    {
        await using var clients = await LockClients.StartAsync();
        clients.Server.Order(new LockFault.Slow { By = TimeSpan.FromMinutes(5) });
        var asked = clients.LockAsync("a");
        await clients.Server.WaitUntilAsync(server => server.Holders.Count == 1, CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1));

        await clients.Server.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1));

        await asked.Awaiting(task => task).Should().ThrowAsync<HttpRequestException>();
        (await clients.AnsweredAsync(1))[0].Ending.Should().Be(RequestEnding.Stopped);
    }

    [Test]
    public async Task A_defective_server_grants_one_slot_twice()
    {
        await using var clients = await LockClients.StartAsync();
        clients.Server.Order(new LockFault.GrantsTwice());

        (await clients.LockAsync("a")).Status.Should().Be(HttpStatusCode.OK);
        (await clients.LockAsync("b")).Status.Should().Be(HttpStatusCode.OK);

        clients.Server.Holders.Select(holder => holder.Id).Should().Equal("a", "b");
        (await clients.AnsweredAsync(2))[1].Faults.Should().Equal("grants-twice");
    }
}
