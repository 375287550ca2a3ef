using Kola.Machines.Images;
using Kola.Results.Events;
using Kola.Scenarios.Model;

namespace Kola.Scenarios.Runs;

/// <summary>What a run will do, with every image resolved: nothing has been started yet.</summary>
public sealed record RunPlan
{
    /// <summary>In the order in which they start.</summary>
    public required IReadOnlyList<ScenarioCase> Cases { get; init; }

    /// <summary>Images by the name that the scenarios use.</summary>
    public required IReadOnlyDictionary<string, ResolvedImage> Images { get; init; }

    /// <summary>The releases of the run, in their roles.</summary>
    public IReadOnlyList<ReleaseInRole> Releases =>
    [
        .. ReleaseRole.All.SelectMany(role => Images.Where(image => ReleaseRoles.IsRole(image.Key) && ReleaseRoles.RoleOf(image.Key) == role)).Select(image => InRole(image.Key, image.Value)),
    ];

    public required RunOptions Options { get; init; }

    /// <summary>Cases that need what the OS does not declare, each with that; they are recorded, and not executed.</summary>
    public IReadOnlyList<(ScenarioCase Case, string Reason)> NotApplicable { get; init; } = [];

    public required long Seed { get; init; }

    /// <summary>Seconds that cases took the last time, by id; those that never passed here are missing.</summary>
    public IReadOnlyDictionary<string, double> Recorded { get; init; } = new Dictionary<string, double>();

    /// <summary>What whoever reads the record should know of how it was planned.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <param name="name">The image's name in scenarios: a role.</param>
    public static ReleaseInRole InRole(string name, ResolvedImage image) => new()
    {
        Role = ReleaseRoles.RoleOf(name),
        Image = image.Name,
        Version = image.Release ?? "",
        Sha256 = image.Sha256,
        Capabilities = Applicability.Words(image.Capabilities),
        Without = Applicability.Without(image),
    };
}
