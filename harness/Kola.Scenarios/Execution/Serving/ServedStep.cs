using System.Text.Json.Serialization;
using Kola.Servers.FleetLock;
using Kola.Servers.Payloads;

namespace Kola.Scenarios.Execution.Serving;

/// <summary>The step by which a server does what it does.</summary>
/// <param name="Scenario">Id of the case.</param>
/// <param name="Step">Position among its steps, from 0.</param>
internal sealed record ServedStep(string Scenario, int Step);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Dictionary<string, ServedStep>))]
[JsonSerializable(typeof(PayloadRequest))]
[JsonSerializable(typeof(Dictionary<string, SavedLocks>))]
[JsonSerializable(typeof(FleetLockRequest))]
internal sealed partial class ServingJson : JsonSerializerContext;
