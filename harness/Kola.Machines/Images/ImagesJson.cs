using System.Text.Json.Serialization;
using Kola.Machines.Images.Building;
using Kola.Machines.Images.Downloads;
using Kola.Machines.Images.Releases;

namespace Kola.Machines.Images;

/// <summary>The JSON that this folder reads and writes: camelCase, every required member present, no comments.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReleaseManifest))]
[JsonSerializable(typeof(BuildRecord))]
[JsonSerializable(typeof(CachedImage))]
[JsonSerializable(typeof(PartialDownload))]
internal sealed partial class ImagesJson : JsonSerializerContext;
