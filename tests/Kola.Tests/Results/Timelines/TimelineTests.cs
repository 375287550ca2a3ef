using System.Xml.Linq;
using FluentAssertions;
using Kola.Results.Events;
using Kola.Results.Timelines;
using NUnit.Framework;

namespace Kola.Tests.Results.Timelines;

/// <summary>A cluster's timeline, read from records and drawn.</summary>
internal sealed class TimelineTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static Timeline Sample => TimelineReader.OfClusters(Records()).Single();

    [Test]
    public void A_machine_is_off_booting_or_up_with_what_it_runs()
    {
        Sample.Machines.Single(machine => machine.Name == "node1").Spans.Should().Equal(
            new StateSpan(At(0), At(60), LaneState.Booting, null),
            new StateSpan(At(60), At(100), LaneState.Up, "1"),
            new StateSpan(At(100), At(150), LaneState.Booting, null),
            new StateSpan(At(150), At(200), LaneState.Up, "2"));
        Sample.Machines.Single(machine => machine.Name == "node2").Spans[^1].State.Should().Be(LaneState.Off);
    }

    [Test]
    public void Slots_are_the_machines_that_hold_them()
    {
        Sample.Machines.Single(machine => machine.Name == "node1").Held.Should().Equal(new TimelineSpan(At(95), At(152), "default"));
        Sample.Machines.Single(machine => machine.Name == "node2").Held.Should().Equal(new TimelineSpan(At(160), At(200), "default"));
    }

    [Test]
    public void A_network_that_was_healed_is_disturbed_no_more()
    {
        Sample.Networks.Should().Equal(new TimelineSpan(At(110), At(130), "node1 | node2"));
    }

    [Test]
    public void The_picture_says_what_happened()
    {
        var picture = TimelineSvg.Of(Sample);

        var texts = picture.Descendants(XName.Get("text", "http://www.w3.org/2000/svg")).Select(text => text.Value).ToList();
        texts.Should().Contain("cluster.test").And.Contain("failed, 3:20").And.Contain("node1").And.Contain("release 2").And.Contain("booting");
        texts.Should().Contain("longest time without a write: 60.0 s").And.ContainMatch("*node2 is lost*");
    }

    [Test]
    public void Attempts_that_watch_no_cluster_have_none() =>
        TimelineReader.OfClusters([.. Records().Where(record => record is not WatchStarted)]).Should().BeEmpty();

    private static DateTimeOffset At(double seconds) => Noon.AddSeconds(seconds);

    private static List<RunEvent> Records() =>
    [
        new AttemptStarted { Scenario = "cluster.test", Attempt = 1, At = At(0) },
        Change(0, "node1", "started"),
        Change(0, "node2", "started"),
        Change(60, "node1", "ready"),
        Change(70, "node2", "ready"),
        new WatchStarted { Scenario = "cluster.test", Attempt = 1, At = At(75), Watch = "etcd", AtMostDown = 1, Machines = [new("node1", "1", "id1"), new("node2", "1", "id2")] },
        new StepStarted { Scenario = "cluster.test", Attempt = 1, At = At(80), Step = 1, Kind = "roll", Title = "roll: to 2" },
        Write(85, true),
        Lock(95, "id1", true),
        Change(100, "node1", "reset"),
        new NetworkChanged { Scenario = "cluster.test", Attempt = 1, At = At(110), Network = "lab", Partition = [["node1"], ["node2"]] },
        Write(120, false),
        new NetworkChanged { Scenario = "cluster.test", Attempt = 1, At = At(130), Network = "lab" },
        Write(145, true),
        Change(150, "node1", "up"),
        Lock(152, "id1", false),
        Change(155, "node1", "ready"),
        new ReleaseBooted { Scenario = "cluster.test", Attempt = 1, At = At(156), Machine = "node1", Release = "2", Path = "update", Starts = new Dictionary<string, int>(), Proof = [] },
        Write(158, true),
        Lock(160, "id2", true),
        Change(170, "node2", "stopped"),
        new WatchEnded { Scenario = "cluster.test", Attempt = 1, At = At(190), Watch = "etcd", Broken = "node2 is lost" },
        new StepFinished { Scenario = "cluster.test", Attempt = 1, At = At(191), Step = 1, Outcome = Outcome.Failed, Seconds = 111 },
        new AttemptFinished { Scenario = "cluster.test", Attempt = 1, At = At(200), Outcome = Outcome.Failed, Seconds = 200, Reason = "etcd: node2 is lost \u0001" },
    ];

    private static MachineChanged Change(double at, string machine, string state) => new() { Scenario = "cluster.test", Attempt = 1, At = At(at), Machine = machine, State = state };

    private static WriteTried Write(double at, bool succeeded) => new()
    {
        Scenario = "cluster.test",
        Attempt = 1,
        At = At(at),
        Watch = "etcd",
        Machine = "node2",
        Value = "etcd-1",
        Succeeded = succeeded,
        Seconds = 1,
        Detail = succeeded ? null : "exit code 22",
    };

    private static LockDecided Lock(double at, string client, bool holds) => new() { Scenario = "cluster.test", Attempt = 1, At = At(at), Server = "locks", Group = "default", Client = client, Holds = holds };
}
