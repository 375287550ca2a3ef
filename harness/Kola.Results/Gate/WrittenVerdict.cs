using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kola.Results.Gate;

/// <summary>A verdict as it lies beside the run that completed it: <c>verdict.json</c>, for reports that are made later and for scripts. It is not signed and vouches for nothing.</summary>
/// <param name="Headline">What it says first, such as <c>GATE PASSED: os 2 may ship.</c></param>
/// <param name="Counts">How many scenarios came to what.</param>
/// <param name="Url">The pipeline's page of the run.</param>
public sealed record WrittenVerdict(string Headline, string Counts, Verdict Verdict, string? Url = null)
{
    public const string FileName = "verdict.json";

    public void Write(string folder) => File.WriteAllBytes(Path.Combine(folder, FileName), JsonSerializer.SerializeToUtf8Bytes(this, VerdictJson.Default.WrittenVerdict));

    /// <summary><see langword="null"/>: the run was not judged, or the file cannot be read.</summary>
    public static WrittenVerdict? Find(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(folder, FileName)), VerdictJson.Default.WrittenVerdict);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true,
    Converters = [typeof(JsonStringEnumConverter<GateResult>), typeof(JsonStringEnumConverter<GateRole>)])]
[JsonSerializable(typeof(WrittenVerdict))]
internal sealed partial class VerdictJson : JsonSerializerContext;
