using System.Net;
using FluentAssertions;
using NUnit.Framework;

namespace Kola.Tests.Servers.FleetLock;

/// <summary>What outlives the server.</summary>
internal sealed class FleetLockStateTests
{
    [Test]
    public async Task A_server_that_starts_again_knows_its_holders_and_since_when()
    {
        await using var clients = await LockClients.StartAsync();
        await clients.LockAsync("a");
        await clients.LockAsync("b", "etcd");
        await clients.UnlockAsync("b", "etcd");
        var before = clients.Server.Holders;

        await clients.RestartAsync();

        clients.Server.Holders.Should().Equal(before).And.HaveCount(1);
        (await clients.LockAsync("b")).Status.Should().Be(HttpStatusCode.Locked);
        (await clients.LockAsync("a")).Status.Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task Fewer_slots_than_holders_take_nothing_away_and_grant_nothing()
    {
        await using var clients = await LockClients.StartAsync(slots: 2);
        await clients.LockAsync("a");
        await clients.LockAsync("b");

        await clients.RestartAsync(slots: 1);

        clients.Server.Holders.Should().HaveCount(2);
        await clients.UnlockAsync("a");
        (await clients.LockAsync("c")).Status.Should().Be(HttpStatusCode.Locked);
    }

    [TestCase("")]
    [TestCase("{\"holders\": [{\"group\": \"default\", \"id\": \"a\"")]
    [TestCase("{}")]
    [TestCase("{\"holders\": [{\"group\": \"gone\", \"id\": \"a\", \"since\": \"2030-01-01T00:00:00+00:00\"}]}")]
    public async Task A_server_does_not_start_on_what_is_no_state_of_its_own(string state)
    {
        await using var clients = await LockClients.StartAsync();
        await File.WriteAllTextAsync(clients.StateFile, state);

        await clients.Awaiting(started => started.RestartAsync()).Should().ThrowAsync<InvalidDataException>();
    }

    [Test]
    public async Task What_cannot_be_kept_is_not_granted()
    {
        await using var clients = await LockClients.StartAsync();
        Directory.CreateDirectory(clients.StateFile);

        (await clients.LockAsync("a")).Should().Be((HttpStatusCode.InternalServerError, "internal_error"));

        clients.Server.Holders.Should().BeEmpty();
        Directory.Delete(clients.StateFile);
        (await clients.LockAsync("a")).Status.Should().Be(HttpStatusCode.OK);
    }
}
