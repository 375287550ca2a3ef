namespace Kola.Machines.Images.Building;

/// <summary>What Kola notes beside a release it had built: <c>kola-build.json</c>.</summary>
/// <param name="RecipeDigest">Of the recipe's files; a release of another digest is stale.</param>
internal sealed record BuildRecord(int Schema, string Recipe, string RecipeDigest)
{
    public const string FileName = "kola-build.json";
}
