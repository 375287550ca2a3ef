using System.Text.Json.Serialization;

namespace Kola.Servers.FleetLock;

/// <summary>What a client sends.</summary>
internal sealed record LockMessage([property: JsonPropertyName("client_params")] LockClient? Client);

/// <summary>Who asks.</summary>
internal sealed record LockClient(string? Id, string? Group);

/// <summary>What a client that is not granted its request is told.</summary>
internal sealed record LockError(string Kind, string Value);

/// <summary>The state file.</summary>
internal sealed record LockState(IReadOnlyList<LockHolder> Holders);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(LockMessage))]
[JsonSerializable(typeof(LockError))]
[JsonSerializable(typeof(LockState))]
internal sealed partial class FleetLockJson : JsonSerializerContext;
