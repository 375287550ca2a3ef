using System.Net;
using System.Text.Json;
using FluentAssertions;
using Kola.Servers;
using Kola.Servers.Cincinnati;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
using static Kola.Tests.Servers.Cincinnati.CincinnatiNodes;

namespace Kola.Tests.Servers.Cincinnati;

/// <summary>What nodes are shown, and what they make of it.</summary>
internal sealed class CincinnatiServerTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task A_graph_is_what_the_client_decodes()
    {
        await using var nodes = await StartAsync(new FakeTimeProvider(Start - TimeSpan.FromSeconds(1)), Release("40.1"), Release("40.2") with { Barrier = "" },
            Release("40.3") with { DeadEnd = "a bug", Rollout = new() { Start = Start, StartValue = 0.25, Duration = TimeSpan.FromHours(2) } });

        var (status, body) = await nodes.GetAsync("stream=stable&basearch=x86_64&rollout_wariness=1");

        status.Should().Be(HttpStatusCode.OK);
        using var graph = JsonDocument.Parse(body);
        var node = graph.RootElement.GetProperty("nodes")[2];
        node.EnumerateObject().Select(pair => pair.Name).Should().Equal("version", "payload", "metadata");
        node.GetProperty("metadata").EnumerateObject().Select(pair => $"{pair.Name.Replace("org.fedoraproject.coreos.", "")}={pair.Value.GetString()}").Should().Equal(
            "releases.age_index=2", "scheme=checksum", "updates.deadend=true", "updates.deadend_reason=a bug",
            "updates.rollout=true", "updates.start_epoch=1893456000", "updates.start_value=0.25", "updates.duration_minutes=120");
        graph.RootElement.GetProperty("nodes")[1].GetProperty("metadata").GetProperty("org.fedoraproject.coreos.updates.barrier_reason").GetString().Should().Be("generic");
        graph.RootElement.GetProperty("edges").ToString().Should().Be("[[0,1]]", "the roll-out has not begun");
    }

    [Test]
    public async Task The_newest_release_that_is_rolled_out_is_taken_and_one_that_is_not_is_passed_over()
    {
        await using var nodes = await StartAsync(null, Release("40.1"), Release("40.2"), Release("40.3") with { Rollout = ToAll });

        (await nodes.UpdateAsync("40.1")).Should().Be("40.3");
        (await nodes.UpdateAsync("40.2")).Should().Be("40.3");
        (await nodes.UpdateAsync("40.3")).Should().BeNull();
        nodes.Server.Requests[0].Offered.Should().Equal("40.3");
    }

    [Test]
    public async Task Nobody_passes_over_a_barrier()
    {
        await using var nodes = await StartAsync(null, Release("40.1"), Release("40.2") with { Barrier = "signing key" }, Release("40.3"), Release("40.4") with { Barrier = "boot loader", Rollout = ToAll }, Release("40.5") with { Rollout = ToAll });

        var path = new List<string?>();
        for (var running = "40.1"; running is not null; running = path[^1])
            path.Add(await nodes.UpdateAsync(running));

        path.Should().Equal("40.2", "40.4", "40.5", null);
        (await nodes.UpdateAsync("40.3")).Should().Be("40.4");
    }

    [Test]
    public async Task No_update_leads_away_from_a_dead_end()
    {
        await using var nodes = await StartAsync(null, Release("40.1") with { DeadEnd = "reinstall" }, Release("40.2"), Release("40.3") with { Rollout = ToAll });

        (await nodes.UpdateAsync("40.1")).Should().BeNull();
        (await nodes.UpdateAsync("40.2")).Should().Be("40.3");
    }

    [Test]
    public async Task A_rollout_reaches_wary_nodes_later_and_none_before_it_starts()
    {
        var time = new FakeTimeProvider(Start - TimeSpan.FromSeconds(1));
        await using var nodes = await StartAsync(time, Release("40.1"), Release("40.2") with { Rollout = new() { Start = Start, StartValue = 0.2, Duration = TimeSpan.FromMinutes(80) } });

        var shown = new List<string>();
        foreach (var wait in new[] { 0, 1, 30 * 60, 50 * 60, 1 })
        {
            time.Advance(TimeSpan.FromSeconds(wait));
            var wary = new List<string>();
            foreach (var wariness in new[] { "0.001", "0.2", "0.21", "0.5", "0.51", "1.0" })
                if (await nodes.UpdateAsync("40.1", $"rollout_wariness={wariness}") is not null)
                    wary.Add(wariness);
            shown.Add(string.Join(' ', wary));
        }

        shown.Should().Equal("", "0.001 0.2", "0.001 0.2 0.21 0.5", "0.001 0.2 0.21 0.5 0.51 1.0", "0.001 0.2 0.21 0.5 0.51 1.0");
    }

    [Test]
    public async Task A_rollout_without_duration_stays_where_it_began()
    {
        var time = new FakeTimeProvider(Start + TimeSpan.FromDays(300));
        await using var nodes = await StartAsync(time, Release("40.1"), Release("40.2") with { Rollout = new() { Start = Start, StartValue = 0.5 } });

        (await nodes.UpdateAsync("40.1", "rollout_wariness=0.5")).Should().Be("40.2");
        (await nodes.UpdateAsync("40.1", "rollout_wariness=0.6")).Should().BeNull();
    }

    [Test]
    public async Task A_node_that_does_not_say_how_wary_it_is_has_a_place_by_its_id()
    {
        await using var nodes = await StartAsync(null, Release("40.1"), Release("40.2") with { Rollout = new() { StartValue = 0.3 } });

        var taken = 0;
        for (var node = 0; node < 200; node++)
            taken += await nodes.UpdateAsync("40.1", $"node_uuid=node-{node}") is null ? 0 : 1;

        taken.Should().BeInRange(40, 80);
        nodes.Server.Requests.Should().OnlyContain(request => request.Wariness > 0 && request.Wariness <= 1);
    }

    [Test]
    public async Task Architectures_and_container_images_have_payloads_of_their_own()
    {
        var image = new Dictionary<string, string> { ["x86_64"] = "registry.invalid/os@sha256:2" };
        await using var nodes = await StartAsync(null, Release("40.1") with { Images = new Dictionary<string, string> { ["x86_64"] = "registry.invalid/os@sha256:1" } },
            Release("40.2") with { Checksums = new Dictionary<string, string> { ["aarch64"] = "arm-40.2" }, Images = image, Rollout = ToAll });

        (await nodes.UpdateAsync("40.1")).Should().BeNull("there is no 40.2 for x86_64 by checksum");
        (await nodes.UpdateAsync("40.1", arch: "aarch64")).Should().Be("40.2");
        (await nodes.UpdateAsync("40.1", "oci=true", scheme: "oci", payload: "registry.invalid/os@sha256:1")).Should().Be("40.2");
        (await nodes.UpdateAsync("40.1", "oci=true")).Should().BeNull("a node finds itself by scheme and payload");
    }

    [TestCase("basearch=x86_64&stream=testing", "/v1/graph", "GET", 400)]
    [TestCase("stream=stable", "/v1/graph", "GET", 400)]
    [TestCase("basearch=&stream=stable", "/v1/graph", "GET", 400)]
    [TestCase("basearch=x86_64&stream=stable", "/v1/graph/", "GET", 404)]
    [TestCase("basearch=x86_64&stream=stable", "/graph", "GET", 404)]
    [TestCase("basearch=x86_64&stream=stable", "/v1/graph", "POST", 405)]
    [TestCase("basearch=s390x&stream=stable", "/v1/graph", "GET", 200)]
    public async Task A_bad_scope_has_a_status_and_no_body(string query, string path, string method, int status)
    {
        await using var nodes = await StartAsync(null, Release("40.1"));

        (await nodes.GetAsync(query, path, new(method))).Should().Be(((HttpStatusCode)status, status == 200 ? """{"nodes":[],"edges":[]}""" : ""));
    }

    [Test]
    public async Task Each_answer_is_told_with_all_that_the_node_said()
    {
        var time = new FakeTimeProvider(Start);
        await using var nodes = await StartAsync(time, Release("40.1"), Release("40.2") with { Rollout = ToAll });
        var told = new TaskCompletionSource<CincinnatiRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
        nodes.Server.Answered += request => told.TrySetResult(request);

        await nodes.UpdateAsync("40.1", "node_uuid=n7&rollout_wariness=0.5");

        (await told.Task.WaitAsync(TimeSpan.FromMinutes(1))).Should().BeEquivalentTo(new CincinnatiRequest
        {
            Number = 1,
            At = Start,
            AnsweredAt = Start,
            Method = "GET",
            Path = "/v1/graph",
            Architecture = "x86_64",
            Stream = "stable",
            Version = "40.1",
            Checksum = "sum-40.1",
            Group = "default",
            Node = "n7",
            Platform = "qemu",
            Wariness = 0.5,
            Offered = ["40.2"],
            Status = 200,
            Ending = RequestEnding.Complete,
        });
    }
}
