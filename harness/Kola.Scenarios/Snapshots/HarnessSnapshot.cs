using System.Text.Json;
using System.Text.Json.Serialization;
using Kola.Scenarios.Live;

namespace Kola.Scenarios.Snapshots;

/// <summary>What the harness knew at the moment of a snapshot; kept in its manifest.</summary>
internal sealed record HarnessSnapshot
{
    public required IReadOnlyDictionary<string, LiveMachineSnapshot> Machines { get; init; }

    /// <summary>See <see cref="Services.AttemptServices.Save"/>.</summary>
    public required JsonElement Services { get; init; }

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, HarnessJson.Default.HarnessSnapshot);

    /// <exception cref="JsonException">It is none.</exception>
    public static HarnessSnapshot Of(JsonElement json) => json.Deserialize(HarnessJson.Default.HarnessSnapshot) ?? throw new JsonException("null");
}

/// <summary>What is known of one machine.</summary>
/// <param name="Boots">Boot ids seen.</param>
/// <param name="HostKey">The SSH host key the machine was held to; <see langword="null"/> before the first connection.</param>
/// <param name="Canaries">What the scenario has written and wants to find again.</param>
/// <param name="Watched">See <see cref="LiveMachine.Watched"/>; <see langword="null"/> in what an earlier Kola has saved, which did not watch.</param>
/// <param name="ExpectedFailedUnits">Units that a step has found failed as it expected.</param>
/// <param name="Running">See <see cref="ReleaseTrail.Running"/>.</param>
/// <param name="Staged">See <see cref="ReleaseTrail.Staged"/>.</param>
internal sealed record LiveMachineSnapshot(
    IReadOnlyList<string> Boots, string? HostKey, IReadOnlyList<Canary> Canaries, IReadOnlyList<string>? Watched, IReadOnlyList<string> ExpectedFailedUnits, string? Running, string? Staged)
{
    public static LiveMachineSnapshot Of(LiveMachine live) =>
        new(live.Boots, live.Ssh.HostKey, [.. live.Canaries.Values], [.. live.Watched], [.. live.ExpectedFailedUnits], live.Releases.Running, live.Releases.Staged);

    /// <summary>A machine that goes on is known as this one was.</summary>
    public void Restore(LiveMachine live)
    {
        live.Restore(Boots, Canaries, Watched ?? [], ExpectedFailedUnits);
        live.Releases.Restore(Running, Staged);
        if (HostKey is { } hostKey)
            live.Ssh.HoldTo(hostKey);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(HarnessSnapshot))]
internal sealed partial class HarnessJson : JsonSerializerContext;
