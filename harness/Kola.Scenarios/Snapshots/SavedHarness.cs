using System.Text.Json;
using System.Text.Json.Serialization;
using Kola.Scenarios.Live;

namespace Kola.Scenarios.Snapshots;

/// <summary>What the harness knew at the moment that was saved.</summary>
internal sealed record SavedHarness
{
    public required IReadOnlyDictionary<string, SavedLive> Machines { get; init; }

    /// <summary>By <see cref="ICheckpointed.Name"/>.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Resources { get; init; }

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, HarnessJson.Default.SavedHarness);

    /// <exception cref="JsonException">It is none.</exception>
    public static SavedHarness Of(JsonElement json) => json.Deserialize(HarnessJson.Default.SavedHarness) ?? throw new JsonException("null");
}

/// <param name="Boots">Boot ids seen.</param>
/// <param name="HostKey">The SSH host key the machine was held to; <see langword="null"/> before the first connection.</param>
/// <param name="Canaries">What the scenario has written and wants to find again; <see langword="null"/> in states that older Kolas kept.</param>
/// <param name="Running">See <see cref="ReleaseTrail.Running"/>.</param>
/// <param name="Staged">See <see cref="ReleaseTrail.Staged"/>.</param>
/// <param name="ExpectedFailedUnits">Units that a step has found failed as it expected; <see langword="null"/> as above.</param>
internal sealed record SavedLive(IReadOnlyList<string> Boots, string? HostKey, IReadOnlyList<Canary>? Canaries = null, IReadOnlyList<string>? ExpectedFailedUnits = null, string? Running = null, string? Staged = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(SavedHarness))]
internal sealed partial class HarnessJson : JsonSerializerContext;
