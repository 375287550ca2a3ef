using System.Globalization;
using System.Net;
using Kola.Machines.Capabilities;
using Kola.Scenarios.Model.Values;

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

    /// <summary>What the OS must be able to do, without which the scenario does not apply; what it goes on from needs is among it.</summary>
    public required IReadOnlyList<Capability> Needs { get; init; }

    /// <summary>At least one, in the file's order; each has an image.</summary>
    public required IReadOnlyList<MachineDefinition> Machines { get; init; }

    /// <summary>Names of console faults that do not end the attempt.</summary>
    public required IReadOnlyList<string> AllowedFaults { get; init; }

    /// <summary>What an update may change of what it must leave as it is.</summary>
    public IReadOnlyList<AllowedChange> MayChange { get; init; } = [];

    /// <summary>At least one.</summary>
    public required IReadOnlyList<Step> Steps { get; init; }

    /// <summary>The same as each of several turns of a run, from 1: <c>boot.uefi[tpm=true,turn=1]</c>.</summary>
    public IEnumerable<ScenarioCase> InTurns(int turns) => Enumerable.Range(1, turns).Select(turn =>
        this with { Matrix = new OrderedDictionary<string, string>(Matrix) { [Turn] = turn.ToString(CultureInfo.InvariantCulture) } });

    /// <summary>This one, the one that it continues from, and so on.</summary>
    public IEnumerable<ScenarioCase> Ancestry => From is { } from ? from.Parent.Ancestry.Prepend(this) : [this];

    /// <summary>What it needs besides capabilities, in words, by what its steps and those of what it goes on from are about: families differ in the files of their updates.</summary>
    public IReadOnlyList<string> Parts
    {
        get
        {
            Step[] steps = [.. Ancestry.SelectMany(scenario => scenario.Steps)];
            return [.. steps.SelectMany(step => step.NeededFiles).Select(file => file.Words).Distinct(), .. steps.Any(step => step.ReadsLayout) ? (string[])[DiskRead] : []];
        }
    }

    /// <summary>Of <see cref="Parts"/>: an adapter that knows how the OS lies on its disk.</summary>
    internal const string DiskRead = "a disk that is read while the machine is off";

    /// <summary>Every image that is booted or served, by the names in the files.</summary>
    public IReadOnlyList<string> ImageNames =>
        [.. Machines.Select(machine => machine.Image!)
            .Concat(Steps.SelectMany(step => step.ImageNames))
            .Concat(From?.Parent.ImageNames ?? []).Distinct()];

    /// <summary>The names among these that are roles.</summary>
    public IReadOnlyList<string> RoleNames => [.. ImageNames.Where(ReleaseRoles.IsRole)];

    private string At(IEnumerable<KeyValuePair<string, string>> point)
    {
        var text = string.Join(',', point.Select(variable => $"{variable.Key}={variable.Value}"));
        return text.Length == 0 ? Scenario.Name : $"{Scenario.Name}[{text}]";
    }
}
