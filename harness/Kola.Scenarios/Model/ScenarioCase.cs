using System.Globalization;
using System.Net;
using Kola.Scenarios.Steps.Cluster;
using Kola.Scenarios.Steps.Update;

namespace Kola.Scenarios.Model;

/// <summary>A scenario at one point of its matrix: what one attempt executes. All variables are replaced.</summary>
public sealed record ScenarioCase
{
    /// <summary>What an id says of one of several turns.</summary>
    internal const string Turn = "turn";

    /// <summary>The scenario's name with its matrix point: <c>boot.uefi[tpm=true]</c>; unique within a catalog.</summary>
    public string Id => At(Matrix);

    /// <summary>The id without the turn, where a run executes it several times.</summary>
    public string Once => At(Matrix.Where(variable => variable.Key != Turn));

    public required Scenario Scenario { get; init; }

    /// <summary>The matrix point: value by variable, in the file's order.</summary>
    public required IReadOnlyDictionary<string, string> Matrix { get; init; }

    /// <summary>Value by variable: the matrix point and the parameters.</summary>
    public required IReadOnlyDictionary<string, string> Values { get; init; }

    /// <summary>How the machines come up.</summary>
    public BootPath Boot { get; init; }

    /// <summary>What it goes on from; <see langword="null"/> when it begins with its own machines.</summary>
    public ParentCheckpoint? From { get; init; }

    /// <summary>Bound of the attempt after admission, for KVM.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>What machines share, by name.</summary>
    public IReadOnlyDictionary<string, IPNetwork> Networks { get; init; } = new Dictionary<string, IPNetwork>();

    /// <summary>At least one, in the file's order; each has an image.</summary>
    public required IReadOnlyList<MachineDefinition> Machines { get; init; }

    /// <summary>Names of console faults that do not end the attempt.</summary>
    public required IReadOnlyList<string> AllowedFaults { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<Step> Steps { get; init; }

    /// <summary>Names of the update servers, those of what it goes on from first.</summary>
    public IReadOnlyList<string> Servers => [.. (From?.Parent.Servers ?? []).Concat(Steps.OfType<ServeStep>().Select(step => step.Server)).Distinct()];

    /// <summary>Slots by group by the name of the FleetLock server, those of what it goes on from first.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Locks
    {
        get
        {
            var locks = new OrderedDictionary<string, IReadOnlyDictionary<string, int>>(From?.Parent.Locks ?? new OrderedDictionary<string, IReadOnlyDictionary<string, int>>());
            foreach (var step in Steps.OfType<FleetLockStep>())
                locks.TryAdd(step.Server, step.SlotsByGroup());
            return locks;
        }
    }

    /// <summary>The same as each of several turns of a run, from 1: <c>boot.uefi[tpm=true,turn=1]</c>.</summary>
    public IEnumerable<ScenarioCase> InTurns(int turns) => Enumerable.Range(1, turns).Select(turn =>
        this with { Matrix = new OrderedDictionary<string, string>(Matrix) { [Turn] = turn.ToString(CultureInfo.InvariantCulture) } });

    /// <summary>This one, what it goes on from, what that goes on from.</summary>
    public IEnumerable<ScenarioCase> Descent => From is { } from ? from.Parent.Descent.Prepend(this) : [this];

    /// <summary>Every image that is booted or served, by the names in the files.</summary>
    public IReadOnlyList<string> ImageNames =>
        [.. Machines.Select(machine => machine.Image!)
            .Concat(Steps.OfType<ServeStep>().SelectMany(step => step.Faults.OfType<SwapFault>().Select(fault => fault.With).Prepend(step.Release)))
            .Concat(From?.Parent.ImageNames ?? []).Distinct()];

    private string At(IEnumerable<KeyValuePair<string, string>> point)
    {
        var text = string.Join(',', point.Select(variable => $"{variable.Key}={variable.Value}"));
        return text.Length == 0 ? Scenario.Name : $"{Scenario.Name}[{text}]";
    }
}
