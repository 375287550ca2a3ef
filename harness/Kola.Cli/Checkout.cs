using Kola.Machines;
using Kola.Machines.Images;
using Kola.Machines.Images.Catalog;
using Kola.Scenarios.ExternalTests;
using Kola.Scenarios.Gating;
using Kola.Scenarios.Model;
using Kola.Scenarios.Runs;

namespace Kola.Cli;

/// <summary>The project that this call of Kola is about: where it finds scenarios and images, and keeps its state. Kola's own checkout is one.</summary>
/// <param name="Root">Folder that holds <c>images/catalog.yaml</c>, and <c>scenarios/</c> or <c>ci/gate.yaml</c>.</param>
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

    /// <summary>Scenarios that lie elsewhere: external tests.</summary>
    public FurtherScenarios Further { get; init; } = FurtherScenarios.None;

    public ImageLocations Locations { get; } = ImageLocations.FromEnvironment(Root);

    /// <summary>The scenarios, with releases in the roles: the project's own, and what its policy takes of the library.</summary>
    /// <param name="roles">Which; those of the image catalog by default.</param>
    /// <exception cref="InputException">The catalog has errors, or a release is not one.</exception>
    public ScenarioCatalog OpenScenarios(RoleRequest? roles = null) => OpenScenarios(new LoadingRules((roles ?? new()).Cast(Images)));

    /// <param name="rules">How the files are read.</param>
    /// <param name="taken">What is taken of the library; by default what the policy says.</param>
    public ScenarioCatalog OpenScenarios(LoadingRules rules, IReadOnlyList<LibraryEntry>? taken = null) =>
        ScenarioCatalog.Discover(Scenarios, rules, new(InstalledProgram.Library, taken ?? LibraryChoice.Of(ShownPath.Of(Policy))), Further);

    /// <summary>The same with the external tests of projects.</summary>
    /// <param name="folders">As for <c>--external</c>.</param>
    /// <param name="roles">Who plays the candidate.</param>
    /// <exception cref="InputException">One is no such project.</exception>
    public async Task<Checkout> WithExternalAsync(IReadOnlyList<string> folders, ReleaseRoles roles, CancellationToken cancellation)
    {
        if (folders is [])
            return this;
        var further = await ExternalProject.ReadAsync([.. folders.Select(Path.GetFullPath).Distinct()], roles, cancellation);
        foreach (var note in further.Notes)
            await Console.Error.WriteLineAsync($"note: {note}");
        return this with { Further = further };
    }

    /// <summary>What every run of this project has in common.</summary>
    public RunOptions Options() => new() { StateFolder = Locations.State, Checkout = Root, Scenarios = Scenarios, Program = InstalledProgram.Name };

    /// <exception cref="InputException">The catalog has errors.</exception>
    /// <param name="build">Build releases that are asked for and not there.</param>
    public ImageStore OpenImages(bool verify = false, bool build = false) =>
        new(Images, Locations, new() { Verify = verify, BuildMissing = build ? new() : null });

    /// <summary>The project that <c>KOLA_CHECKOUT</c> names (<c>ci/kola</c> sets it), else the nearest folder upwards that is one.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static Checkout Find() =>
        TryFind() ?? throw new InputException("there is no Kola project here or in a folder above (images/catalog.yaml with scenarios/ or ci/gate.yaml); make one with 'kola init', or set KOLA_CHECKOUT to its folder");

    /// <summary>As <see cref="Find"/>; <see langword="null"/> when there is none.</summary>
    public static Checkout? TryFind()
    {
        if (Environment.GetEnvironmentVariable("KOLA_CHECKOUT") is { Length: > 0 } named)
            return new(Path.GetFullPath(named));
        for (var folder = new DirectoryInfo(Directory.GetCurrentDirectory()); folder is not null; folder = folder.Parent)
            if (new Checkout(folder.FullName) is var project && File.Exists(project.Catalog) && (Directory.Exists(project.Scenarios) || File.Exists(project.Policy)))
                return project;
        return null;
    }
}
