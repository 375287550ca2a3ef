using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using FluentAssertions;
using Kola.Servers;
using Kola.Servers.Cincinnati;
using NUnit.Framework;
using static Kola.Tests.Servers.Cincinnati.CincinnatiNodes;

namespace Kola.Tests.Servers.Cincinnati;

/// <summary>What each fault does to what a node gets.</summary>
internal sealed class CincinnatiFaultTests
{
    private static readonly CincinnatiFault[] Undecodable = [new CincinnatiFault.Empty(), new CincinnatiFault.Malformed(), new CincinnatiFault.NoMetadata()];

    private static IEnumerable<Type> Kinds => typeof(CincinnatiFault).GetNestedTypes().Where(kind => kind.IsSubclassOf(typeof(CincinnatiFault)));

    [TestCaseSource(nameof(Kinds))]
    public void Every_kind_of_fault_has_its_case_where_graphs_are_altered(Type kind)
    {
        var fault = (CincinnatiFault)RuntimeHelpers.GetUninitializedObject(kind);

        FluentActions.Invoking(() => CincinnatiFaults.Alter(new([], []), [fault])).Should().NotThrow();
    }

    [TestCaseSource(nameof(Undecodable))]
    public async Task A_graph_that_is_none_cannot_be_decoded(CincinnatiFault fault)
    {
        await using var nodes = await OneUpdateAsync();
        nodes.Server.Order(fault);

        await nodes.Awaiting(asked => asked.UpdateAsync("40.1")).Should().ThrowAsync<JsonException>();

        nodes.Server.Requests[0].Faults.Should().Equal(fault.Title);
    }

    [Test]
    public async Task An_error_has_a_kind_or_no_body()
    {
        await using var nodes = await OneUpdateAsync();

        nodes.Server.Order(new CincinnatiFault.Errors(503));
        (await nodes.GetAsync("basearch=x86_64&stream=stable")).Should().Be((HttpStatusCode.ServiceUnavailable, ""));
        nodes.Server.Order(new CincinnatiFault.Errors(500, "failed_to_scrape"));
        (await nodes.GetAsync("basearch=x86_64&stream=stable")).Should().Be((HttpStatusCode.InternalServerError, """{"kind":"failed_to_scrape","value":"a fault that was ordered"}"""));
    }

    [Test]
    public async Task A_graph_can_lack_updates_and_releases_and_lead_back()
    {
        await using var nodes = await StartAsync(null, Release("40.1"), Release("40.2"), Release("40.3") with { Rollout = ToAll });

        nodes.Server.Order(new CincinnatiFault.NoUpdates());
        (await nodes.UpdateAsync("40.1")).Should().BeNull();
        nodes.Server.Order(new CincinnatiFault.Without("40.1"));
        (await nodes.UpdateAsync("40.1")).Should().BeNull();
        (await nodes.UpdateAsync("40.2")).Should().Be("40.3");
        nodes.Server.Order(new CincinnatiFault.WrongPayload("40.2", "other"));
        (await nodes.UpdateAsync("40.2")).Should().BeNull();
        nodes.Server.Order(new CincinnatiFault.Downgrades());
        (await nodes.UpdateAsync("40.3")).Should().BeNull("a node refuses what is older");
        nodes.Server.Requests[^1].Offered.Should().Equal("40.1", "40.2");
    }

    [Test]
    public async Task A_fault_is_for_the_node_and_the_times_that_were_ordered()
    {
        await using var nodes = await OneUpdateAsync();
        nodes.Server.Order(new CincinnatiFault.NoUpdates { Node = "a", Times = 1 });

        (await nodes.UpdateAsync("40.1", "node_uuid=b")).Should().Be("40.2");
        (await nodes.UpdateAsync("40.1", "node_uuid=a")).Should().BeNull();
        (await nodes.UpdateAsync("40.1", "node_uuid=a")).Should().Be("40.2");
    }

    [Test]
    public async Task A_server_that_is_down_answers_nobody_and_still_records_what_was_asked()
    {
        await using var nodes = await OneUpdateAsync();
        nodes.Server.Order(new CincinnatiFault.Down());

        await nodes.Awaiting(asked => asked.UpdateAsync("40.1")).Should().ThrowAsync<HttpRequestException>();

        await nodes.Server.WaitUntilAsync(server => server.Requests[0].Ending == RequestEnding.Reset, CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1));
        nodes.Server.Requests[0].Should().BeEquivalentTo(new { Version = "40.1", Status = (int?)null, Offered = (string[]?)null });
    }

    [Test]
    public async Task A_slow_answer_comes_no_sooner_than_it_was_ordered()
    {
        await using var nodes = await OneUpdateAsync();
        nodes.Server.Order(new CincinnatiFault.Slow(TimeSpan.FromMilliseconds(300)));
        var begun = TimeProvider.System.GetTimestamp();

        (await nodes.UpdateAsync("40.1")).Should().Be("40.2");

        TimeProvider.System.GetElapsedTime(begun).Should().BeGreaterThan(TimeSpan.FromMilliseconds(290));
    }

    private static Task<CincinnatiNodes> OneUpdateAsync() => StartAsync(null, Release("40.1"), Release("40.2") with { Rollout = ToAll });
}
