using FluentAssertions;
using Kola.Scenarios.Model;
using Kola.Scenarios.Scheduling;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Scheduling;

internal sealed class RunOrderTests
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void Prepare() => folder = new();

    [TearDown]
    public void Clean() => folder.Dispose();

    [Test]
    public void Of_a_kind_the_cheapest_starts_first_and_then_the_longest_and_one_never_seen_may_take_all_its_time()
    {
        var order = Order(new() { ["t.short kvm cold"] = 10, ["t.long kvm cold"] = 400, ["t.new tcg cold"] = 1 });

        order.Of([Case("t.short"), Case("t.new", "5m"), Case("t.long")], seed: 1).Select(c => c.Id).Should().Equal("t.short", "t.long", "t.new");
    }

    [Test]
    public void A_short_one_never_seen_comes_before_a_long_one_that_takes_a_tenth_of_what_it_may()
    {
        var order = Order(new() { ["power.long kvm cold"] = 60, ["update.long kvm cold"] = 50 });

        order.Of([Case("power.long", "10m"), Case("update.long", "10m"), Case("boot.new", "2m")], seed: 1).Select(c => c.Id).Should().Equal("boot.new", "update.long", "power.long");
    }

    [Test]
    public void One_of_each_kind_comes_before_the_second_of_any_the_cheapest_kind_first()
    {
        var order = Order(new() { ["boot.a kvm cold"] = 30, ["boot.b kvm cold"] = 20, ["update.a kvm cold"] = 300, ["update.b kvm cold"] = 40, ["power.a kvm cold"] = 90 });

        order.Of([Case("update.a"), Case("boot.a"), Case("power.a"), Case("boot.b"), Case("update.b")], seed: 1).Select(c => c.Id)
            .Should().Equal("boot.b", "update.b", "power.a", "update.a", "boot.a");
    }

    [Test]
    public void A_fork_that_is_the_first_of_its_kind_comes_after_its_parent()
    {
        Case("update.parent", more: "steps: [{checkpoint: here}]");
        var fork = Case("rollback.fork", more: "from: {scenario: update.parent.yaml, checkpoint: here}\nsteps: [{run: 'true'}]", whole: true);
        var order = Order(new() { ["update.parent kvm cold"] = 60, ["rollback.fork kvm fork"] = 10, ["update.short kvm cold"] = 20 });

        order.Of([fork, fork.From!.Parent, Case("update.short")], seed: 1).Select(c => c.Id).Should().Equal("update.short", "update.parent", "rollback.fork");
    }

    [Test]
    public void The_seed_decides_between_equals_the_same_way_each_time()
    {
        ScenarioCase[] cases = [.. Enumerable.Range(0, 8).Select(number => Case($"t.{number}"))];
        string[] Ids(long seed, IEnumerable<ScenarioCase> given) => [.. Order([]).Of([.. given], seed).Select(c => c.Id)];

        Ids(1, cases).Should().Equal(Ids(1, cases.Reverse())).And.NotEqual(Ids(2, cases));
    }

    [Test]
    public void A_parent_starts_as_early_as_the_chain_of_its_forks_is_long()
    {
        Case("t.parent", more: "steps: [{checkpoint: here}]");
        var fork = Case("t.fork", more: "from: {scenario: t.parent.yaml, checkpoint: here}\nsteps: [{run: 'true'}]", whole: true);
        var order = Order(new() { ["t.parent kvm cold"] = 10, ["t.fork kvm fork"] = 100, ["t.other kvm cold"] = 50 });

        order.Of([fork, Case("t.other"), fork.From!.Parent], seed: 1).Select(c => c.Id).Should().Equal("t.parent", "t.fork", "t.other");
    }

    [TestCase(false, 5), TestCase(true, 60)]
    public void What_is_expected_is_what_the_same_way_of_coming_up_took(bool cold, double expected) =>
        Order(new() { ["t.one kvm clone"] = 5, ["t.one kvm cold"] = 60 }, cold).Recorded(Case("t.one")).Should().Be(expected);

    private static RunOrder Order(Dictionary<string, double> recorded, bool cold = false) => new(recorded, "kvm", timeScale: 1, cold);

    private ScenarioCase Case(string name, string timeout = "1m", string more = "steps: [{run: 'true'}]", bool whole = false) => ScenarioFile.Load(folder.Write($"{name}.yaml", $"""
        scenario: {name}
        summary: A scenario of a test
        timeout: {timeout}
        {(whole ? "" : "image: os\nmachines: {node: {}}")}
        {more}
        """)).Expand().Single();
}
