using System.ComponentModel;
using Kola.Machines.Qemu.Networks.Lab;
using Kola.Scenarios.Model;
using Kola.Scenarios.Services;
using Kola.Yaml;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Network;

/// <summary>Sets how a network that machines share behaves from now on.</summary>
[Keyword("lab", Value = nameof(Network))]
[Description("Set how a network between machines behaves from now on: who reaches whom, and how well. With the network's name alone it is healed.")]
public sealed record LabStep : Step, IMachinelessStep, IServiceStep
{
    [Description("Name of the network."), Example("lab")]
    public required string Network { get; init; }

    [Description("Sets of machines that reach each other; they may overlap, and a machine that is in none reaches no other. Default: no partition."), Example("[[node1], [node2, node3]]")]
    public IReadOnlyList<IReadOnlyList<string>>? Partition { get; init; }

    [Description("What happens to frames on their way. Those that match the same way act together.")]
    public IReadOnlyList<LabFault> Faults { get; init; } = [];

    ServiceDeclaration IServiceStep.Service => new LabNetworkDeclaration(Network);

    /// <summary>All machines that it names.</summary>
    [Unwritten]
    public IEnumerable<string> Named => (Partition ?? []).SelectMany(set => set).Concat(Faults.SelectMany(fault => new[] { fault.From, fault.To }).OfType<string>());

    private protected override string Describe() => Shorten(string.Join(", ", Parts()));

    internal override void Check(StepChecks checks)
    {
        if (!checks.Networks.ContainsKey(Network))
        {
            checks.Report(this, $"no network is called '{Network}'; expected {LabNetworks.Known(checks.Networks.Keys)}{Spelling.Hint(Network, checks.Networks.Keys)}");
            return;
        }

        string[] joined = [.. checks.Machines.Where(machine => machine.Network.Joins.ContainsKey(Network)).Select(machine => machine.Name)];
        foreach (var name in Named.Distinct().Except(joined))
            checks.Report(this, $"no machine called '{name}' joins network '{Network}'; expected one of {string.Join(", ", joined)}{Spelling.Hint(name, joined)}");
    }

    async Task<string?> IMachinelessStep.RunAsync(StepContext context, CancellationToken cancellation)
    {
        await context.Services.ApplyAsync(this, cancellation);
        return context.Services.Find<LabNetworkService>(Network).Passed;
    }

    Task IServiceStep.ApplyAsync(AttemptServices services, CancellationToken cancellation)
    {
        services.Find<LabNetworkService>(Network).Apply(Partition, Faults);
        return Task.CompletedTask;
    }

    private IEnumerable<string> Parts()
    {
        yield return Network;
        if (Partition is not null)
            yield return string.Join(" | ", Partition.Select(set => string.Join(' ', set)));
        foreach (var fault in Faults)
            yield return fault.Title;
        if (Partition is null && Faults is [])
            yield return "healed";
    }
}
