using System.Text.Json.Serialization;

namespace Kola.Machines.Files;

/// <summary>The JSON that this folder reads and writes.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RememberedDigest))]
internal sealed partial class FilesJson : JsonSerializerContext;
