using Kola.Machines;
using Kola.Machines.Images;
using Kola.Machines.Images.Catalog;
using Kola.Scenarios.Gating;
using Kola.Scenarios.Model;
using Kola.Scenarios.Runs;

namespace Kola.Cli;

/// <summary>Where this call of Kola finds scenarios and images, and keeps its state.</summary>
/// <param name="Root">Folder that holds <c>images/</c> and <c>scenarios/</c>.</param>
internal sealed record Checkout(string Root)
{
    public string Scenarios => Path.Combine(Root, "scenarios");

    public string Catalog => Path.Combine(Root, "images", "catalog.yaml");

    /// <summary>The gate's policy.</summary>
    public string Policy => Path.Combine(Root, GateFiles.PolicyPath);

    public string Quarantine => Path.Combine(Root, GateFiles.QuarantinePath);

    private ImageCatalog? images;

    /// <summary>The image catalog, read once.</summary>
    /// <exception cref="InputException">It has errors.</exception>
    public ImageCatalog Images => images ??= ImageCatalog.Load(Catalog);

    public ImageLocations Locations { get; } = ImageLocations.FromEnvironment(Root);

    /// <summary>The scenarios, with releases in the roles.</summary>
    /// <param name="roles">Which; those of the image catalog by default.</param>
    /// <exception cref="InputException">The catalog has errors, or a release is not one.</exception>
    public ScenarioCatalog OpenScenarios(RoleRequest? roles = null) => ScenarioCatalog.Discover(Scenarios, new((roles ?? new()).Cast(Images)));

    /// <exception cref="InputException">The catalog has errors.</exception>
    /// <param name="build">Build releases that are asked for and not there.</param>
    public ImageStore OpenImages(bool verify = false, bool build = false) =>
        new(Images, Locations, new() { Verify = verify, BuildMissing = build ? new() : null });

    /// <summary>The checkout that <c>ci/kola</c> names, else the nearest folder upwards that has both <c>images</c> and <c>scenarios</c>.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static Checkout Find()
    {
        if (Environment.GetEnvironmentVariable("KOLA_CHECKOUT") is { Length: > 0 } named)
            return new(Path.GetFullPath(named));
        for (var folder = new DirectoryInfo(Directory.GetCurrentDirectory()); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "images", "catalog.yaml")) && Directory.Exists(Path.Combine(folder.FullName, "scenarios")))
                return new(folder.FullName);
        throw new InputException("no checkout of Kola here or above; call ci/kola of a checkout, or set KOLA_CHECKOUT to its folder");
    }
}
