using System.Text.Json.Serialization;
using Kola.Scenarios.Model;
using Kola.Servers.FleetLock;
using Kola.Servers.Payloads;

namespace Kola.Scenarios.Services;

/// <summary>The step by which a server does what it does.</summary>
/// <param name="Scenario">Id of the case.</param>
/// <param name="Step">Position among its steps, from 0.</param>
internal sealed record ServedStep(string Scenario, int Step)
{
    /// <param name="scenario">The case that the step is of.</param>
    public static ServedStep Of(Step step, ScenarioCase scenario) => new(scenario.Once, scenario.Steps.Index().First(indexed => ReferenceEquals(indexed.Item, step)).Index);

    /// <summary>The step, where it is one of a case or of one that led to it.</summary>
    public Step In(ScenarioCase scenario) => scenario.Descent.First(ancestor => ancestor.Once == Scenario).Steps[Step];
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Dictionary<string, ServedStep>))]
[JsonSerializable(typeof(PayloadRequest))]
[JsonSerializable(typeof(Dictionary<string, SavedLocks>))]
[JsonSerializable(typeof(FleetLockRequest))]
internal sealed partial class ServingJson : JsonSerializerContext;
