using FluentAssertions;
using Kola.Machines;
using Kola.Results.Events;
using Kola.Scenarios.Gating;
using Kola.Scenarios.Model;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Gating;

public sealed class ShardingTests
{
    [TestCase("SLURM_ARRAY_TASK_ID=0,SLURM_ARRAY_TASK_COUNT=3", 1, 3)]
    [TestCase("SLURM_ARRAY_TASK_ID=3,SLURM_ARRAY_TASK_MIN=1,SLURM_ARRAY_TASK_COUNT=3", 3, 3)]
    [TestCase("JOB_COMPLETION_INDEX=1,JOB_COMPLETIONS=2", 2, 2)]
    [TestCase("CI_NODE_INDEX=1,CI_NODE_TOTAL=4", 1, 4)]
    public void A_batch_system_says_which_part(string variables, int index, int count) => Sharding.FromEnvironment(Of(variables)).Should().Be(new Shard(index, count));

    [TestCase("")]
    [TestCase("CI_NODE_INDEX=1,CI_NODE_TOTAL=1")]
    public void Without_one_a_machine_takes_all(string variables) => Sharding.FromEnvironment(Of(variables)).Should().BeNull();

    [TestCase("JOB_COMPLETION_INDEX=1")]
    [TestCase("SLURM_ARRAY_TASK_ID=7,SLURM_ARRAY_TASK_MIN=1,SLURM_ARRAY_TASK_COUNT=3")]
    [TestCase("CI_NODE_INDEX=0,CI_NODE_TOTAL=3")]
    public void Half_of_it_is_an_error_as_every_machine_would_take_all(string variables) =>
        FluentActions.Invoking(() => Sharding.FromEnvironment(Of(variables))).Should().Throw<InputException>().WithMessage("*or give --shard i/n");

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(5)]
    [TestCase(100)]
    public void The_shards_together_are_all_cases_once_and_forks_are_with_their_parents(int count)
    {
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { "a", "b", "c", "d" })
            folder.Write($"{name}.yaml", Scenario($"t.{name}", "image: os\nmachines: {node: {}}", "- {checkpoint: here}"));
        foreach (var parent in new[] { "a", "c" })
            folder.Write($"{parent}-fork.yaml", Scenario($"t.{parent}-fork", $"from: {{scenario: {parent}.yaml, checkpoint: here}}", "- {run: 'true'}"));
        folder.Write("d-matrix.yaml", Scenario("t.d-matrix", "matrix: {size: [1GiB, 2GiB, 3GiB]}\nimage: os\nmachines: {node: {memory: '${size}'}}", "- {run: 'true'}"));
        var cases = ScenarioCatalog.Discover(folder.Path).Select(new());

        var shards = Enumerable.Range(1, count).Select(index => Sharding.Take(cases, new(index, count))).ToArray();

        cases.Should().HaveCount(9);
        shards.SelectMany(s => s).Select(c => c.Id).Should().BeEquivalentTo(cases.Select(c => c.Id));
        shards.SelectMany(shard => shard.Where(c => c.From is not null && !shard.Any(other => other.Id == c.From.Parent.Id))).Should().BeEmpty();
    }

    private static string Scenario(string name, string machines, string steps) => $"scenario: {name}\nsummary: A scenario of a test\n{machines}\nsteps:\n  {steps}\n";

    private static Func<string, string?> Of(string variables) =>
        variables.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=')).ToDictionary(v => v[0], v => v[1]).GetValueOrDefault;
}
