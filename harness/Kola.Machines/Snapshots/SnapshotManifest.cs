using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kola.Machines.Snapshots;

/// <summary>What a snapshot consists of. Written last: a snapshot without it was never finished.</summary>
public sealed record SnapshotManifest
{
    /// <summary>Name of its file within the snapshot's folder.</summary>
    public const string FileName = "manifest.json";

    /// <summary>Version of the format that this Kola writes; snapshots of another are made again.</summary>
    public const int CurrentFormat = 1;

    public int Format { get; init; } = CurrentFormat;

    /// <summary>The digest over all that the snapshot depends on, lower-case hex; the folder's name.</summary>
    public required string Key { get; init; }

    /// <summary>For people: what was saved, such as <c>boot.uefi, ready</c>.</summary>
    public required string Title { get; init; }

    public required DateTimeOffset Made { get; init; }

    /// <summary>Keys of the snapshots whose disks this one's are overlays of.</summary>
    public IReadOnlyList<string> Parents { get; init; } = [];

    /// <summary>The machines that were saved at one moment, by name.</summary>
    public required IReadOnlyList<string> Machines { get; init; }

    /// <summary>What those outside the machines need to go on; Machines does not look into it.</summary>
    public JsonElement? Harness { get; init; }

    /// <summary>Every file of the snapshot but this one.</summary>
    public required IReadOnlyList<SnapshotFile> Files { get; init; }
}

/// <param name="Path">Relative to the snapshot's folder.</param>
/// <param name="Bytes">Its length; sparse files take less room.</param>
/// <param name="Sha256">Lower-case hex.</param>
public sealed record SnapshotFile(string Path, long Bytes, string Sha256);

/// <summary>camelCase, every required member present.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SnapshotManifest))]
internal sealed partial class SnapshotJson : JsonSerializerContext;
