using System.Text.Json;
using System.Text.Json.Serialization;
using Kola.Scenarios.Model;
using Kola.Servers.FleetLock;
using Kola.Servers.Omaha;
using Kola.Servers.Payloads;

namespace Kola.Scenarios.Services;

/// <summary>The step that was last applied to a service.</summary>
/// <param name="Scenario">Id of the case.</param>
/// <param name="Step">Position among its steps, from 0.</param>
internal sealed record AppliedStep(string Scenario, int Step)
{
    /// <param name="scenario">The case that the step is of.</param>
    public static AppliedStep Of(IServiceStep step, ScenarioCase scenario) => new(scenario.Once, scenario.Steps.Index().First(indexed => ReferenceEquals(indexed.Item, step)).Index);

    /// <summary>The step, where it is one of a case or of one that it continues from.</summary>
    public IServiceStep In(ScenarioCase scenario) => (IServiceStep)scenario.Ancestry.First(ancestor => ancestor.Once == Scenario).Steps[Step];
}

/// <summary>A service as a checkpoint keeps it.</summary>
/// <param name="Applied"><see langword="null"/>: no step was applied to it.</param>
/// <param name="State">See <see cref="IService.Save"/>.</param>
internal sealed record SavedService(AppliedStep? Applied, JsonElement? State);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Dictionary<string, SavedService>))]
[JsonSerializable(typeof(IReadOnlyList<LockHolder>))]
[JsonSerializable(typeof(PayloadRequest))]
[JsonSerializable(typeof(FleetLockRequest))]
[JsonSerializable(typeof(OmahaRequest))]
[JsonSerializable(typeof(IReadOnlyList<OmahaMachine>))]
internal sealed partial class ServiceJson : JsonSerializerContext;
