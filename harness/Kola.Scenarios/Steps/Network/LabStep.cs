using System.ComponentModel;
using Kola.Machines.Qemu.Networks.Lab;
using Kola.Scenarios.Model;
using Kola.Scenarios.Services;
using Kola.Yaml;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Steps.Network;

/// <summary>Sets how a network that machines share behaves from now on.</summary>
[Keyword("lab", Value = nameof(Network))]
[Description("Set how a network between machines behaves from now on: who reaches whom, and how well. With the network's name alone it is healed.")]
public sealed record LabStep : Step, IMachinelessStep
{
    [Description("Name of the network."), Example("lab")]
    public required string Network { get; init; }

    [Description("Sets of machines that reach each other; they may overlap, and a machine that is in none reaches no other. Default: no partition."), Example("[[node1], [node2, node3]]")]
    public IReadOnlyList<IReadOnlyList<string>>? Partition { get; init; }

    [Description("What happens to frames on their way. Those that match the same way act together.")]
    public IReadOnlyList<LabFault> Faults { get; init; } = [];

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

    Task<string?> IMachinelessStep.RunAsync(StepContext context, CancellationToken cancellation) =>
        Task.FromResult<string?>(context.Services.Find<LabNetworkService>(Network).Apply(Partition, [.. Faults.Select(fault => (fault.Rule, fault.Title))]));

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

/// <summary>What happens to frames from one machine to another.</summary>
[NotEmpty]
public sealed record LabFault
{
    [Description("Machine that they come from. Default: any.")]
    public string? From { get; init; }

    [Description("Machine that they go to. Default: any.")]
    public string? To { get; init; }

    [Description("Share that does not arrive."), Example("5%")]
    public Share Loss { get; init; }

    [Description("Share that arrives twice."), Example("1%")]
    public Share Duplicate { get; init; }

    [Description("Share that later frames overtake."), Example("1%")]
    public Share Reorder { get; init; }

    [Description("How much later each arrives, in real time."), Example("20ms")]
    public TimeSpan Delay { get; init; }

    [Description("Up to how much later still, by chance, in real time."), Example("5ms")]
    public TimeSpan Jitter { get; init; }

    [Description("How much passes in a second from each machine to each. Default: all."), Example("1MiB")]
    public Size? Bandwidth { get; init; }

    /// <summary>What the network does with frames.</summary>
    internal LabRule Rule => new()
    {
        From = From,
        To = To,
        Loss = Loss.Value,
        Duplicate = Duplicate.Value,
        Reorder = Reorder.Value,
        Delay = Delay,
        Jitter = Jitter,
        BytesPerSecond = Bandwidth?.Bytes,
    };

    /// <summary>For people, on one short line.</summary>
    [Unwritten]
    public string Title => string.Join(' ', new[]
    {
        From is null && To is null ? null : $"{From ?? "any"} to {To ?? "any"}",
        Loss.Value > 0 ? $"loss {Loss}" : null,
        Duplicate.Value > 0 ? $"duplicate {Duplicate}" : null,
        Reorder.Value > 0 ? $"reorder {Reorder}" : null,
        Delay > TimeSpan.Zero ? $"delay {Delay.TotalMilliseconds:0} ms" : null,
        Jitter > TimeSpan.Zero ? $"jitter {Jitter.TotalMilliseconds:0} ms" : null,
        Bandwidth is { } pace ? $"{pace}/s" : null,
    }.OfType<string>());
}
