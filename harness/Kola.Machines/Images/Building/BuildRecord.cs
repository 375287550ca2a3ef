using System.Text.Json;
using Kola.Machines.Files;

namespace Kola.Machines.Images.Building;

/// <summary>What Kola notes beside a release it had built: <c>kola-build.json</c>. A release of another record is stale.</summary>
/// <param name="RecipeDigest">Of the recipe's files and the trees laid over them.</param>
/// <param name="SigningKey">SHA-256 of the public key: a machine takes no update that another key signed.</param>
/// <param name="Trees">Absolute paths of those trees, in their order.</param>
/// <param name="Trust">As <see cref="BuildOptions.Trust"/>.</param>
/// <param name="Signer">As <see cref="BuildOptions.Signer"/>.</param>
internal sealed record BuildRecord(
    int Schema, string Recipe, string RecipeDigest, string? SigningKey, IReadOnlyList<string>? Trees = null, IReadOnlyList<string>? Trust = null, string? Signer = null)
{
    /// <summary>The signer of the release that comes after: the one that this release brings, if any, because that is what it brings it for.</summary>
    public string? NextSigner => Trust is [.., var last] ? last : Signer;

    public const string FileName = "kola-build.json";

    /// <summary>The record of a release; <see langword="null"/> when there is none that can be read.</summary>
    public static BuildRecord? Read(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(folder, FileName)), ImagesJson.Default.BuildRecord);
        }
        catch (Exception failure) when (failure is IOException or JsonException)
        {
            return null;
        }
    }

    public void Write(string folder) =>
        AtomicFile.Write(Path.Combine(folder, FileName), JsonSerializer.SerializeToUtf8Bytes(this, ImagesJson.Default.BuildRecord));
}
