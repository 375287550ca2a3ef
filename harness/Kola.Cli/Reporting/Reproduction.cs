using Kola.Machines;
using Kola.Results.Events;
using Kola.Results.Stories;
using Kola.Scenarios.Runs;
using Kola.Yaml;

namespace Kola.Cli.Reporting;

/// <summary>What of an earlier run is to be run again, and by which options.</summary>
/// <param name="Scenarios">Ids of the cases, or their files.</param>
/// <param name="Settings">As for <c>--set</c>.</param>
/// <param name="Images">As for <c>--image</c>.</param>
/// <param name="Roles">As for <c>--candidate</c> and the others.</param>
internal sealed record Reproduction(RunPlanned Then, IReadOnlyList<string> Scenarios, IReadOnlyDictionary<string, string> Settings, IReadOnlyDictionary<string, string> Images, RoleRequest Roles)
{
    /// <summary>As for <c>--external</c>.</summary>
    public IReadOnlyList<string> External { get; private init; } = [];

    /// <param name="asked"><c>RUN</c> (all that did not pass) or <c>RUN/SCENARIO</c>.</param>
    /// <exception cref="InputException">There is no such run or scenario, or nothing to run again.</exception>
    public static Reproduction Of(Checkout checkout, string asked)
    {
        var (folder, id) = Split(checkout, asked);
        RunStory story;
        try
        {
            story = RunStory.Read(folder);
        }
        catch (InvalidDataException e)
        {
            throw new InputException(e.Message);
        }

        ScenarioStory[] chosen = [.. story.Scenarios.Where(s => id is null ? s.Outcome != Outcome.Passed : s.Plan.Id == id)];
        if (chosen is [])
            throw new InputException(id is null ? $"all of run {story.Plan.Run} passed; name a scenario: {story.Plan.Run}/SCENARIO" : $"run {story.Plan.Run} has no scenario '{id}'{Spelling.Hint(id, story.Scenarios.Select(s => s.Plan.Id))}");
        if (chosen.FirstOrDefault(s => s.Plan.Settings is null || s.Plan.ImageOverrides is null) is { } old)
            throw new InputException($"run {story.Plan.Run} was made by an older Kola, which did not record the settings and images of {old.Plan.Id} as data; "
                + (old.Attempts.LastOrDefault(a => a.Reproduce is not null) is { } attempt ? $"it printed: {attempt.Reproduce}" : "run it with kola run"));
        return new(story.Plan, [.. chosen.Select(s => Found(s.Plan)).Distinct()], Together(chosen.Select(s => s.Plan.Settings!)), Together(chosen.Select(s => s.Plan.ImageOverrides!)), Requested([.. chosen.SelectMany(s => s.Plan.Roles)])) { External = [.. chosen.Select(s => s.Plan.External).OfType<string>().Distinct()] };
    }

    private static RoleRequest Requested(GivenRole[] given)
    {
        string? One(string role) => given.FirstOrDefault(one => one.Role == role)?.Reference;
        return new()
        {
            Previous = One(ReleaseRole.Previous),
            Candidate = One(ReleaseRole.Candidate),
            Next = One(ReleaseRole.Next),
            Oldest = [.. given.Where(one => one.Role == ReleaseRole.Oldest).Select(one => one.Reference).Distinct()],
        };
    }

    /// <summary>What is not as it was then; nothing: the same.</summary>
    public IEnumerable<string> Differences(RunPlanned now)
    {
        (string What, string? Then, string? Now)[] pairs =
        [
            ("Kola", Then.Kola, now.Kola),
            ("accelerator", Then.Host.Accelerator, now.Host.Accelerator),
            ("QEMU", $"{Then.Host.QemuVersion} {Then.Host.QemuSha256}", $"{now.Host.QemuVersion} {now.Host.QemuSha256}"),
            ("firmware", string.Join(' ', Then.Host.Firmware.Values.Order(StringComparer.Ordinal)), string.Join(' ', now.Host.Firmware.Values.Order(StringComparer.Ordinal))),
            ("seed", $"{Then.Seed}", $"{now.Seed}"),
            .. now.Scenarios.SelectMany(s => Pairs(Then.Scenarios.FirstOrDefault(t => Found(t) == Found(s)), s)),
        ];
        return pairs.Where(p => p.Then != p.Now).Select(p => $"{p.What}: then {p.Then ?? "none"}, now {p.Now ?? "none"}").Distinct();
    }

    private static IEnumerable<(string, string?, string?)> Pairs(PlannedScenario? then, PlannedScenario now) =>
    [
        ($"text of {now.Id}", then?.Sha256, now.Sha256),
        .. now.Images.Select(image => ($"image {image.Name}", then?.Images.FirstOrDefault(i => i.Name == image.Name)?.Sha256, (string?)image.Sha256)),
        .. now.Images.Select(image => ($"adapter program of {image.Name}", then?.Images.FirstOrDefault(i => i.Name == image.Name)?.AdapterSha256, image.AdapterSha256)),
    ];

    /// <summary>A matrix point may hold slashes, as a path does: the longest part that is a run counts.</summary>
    private static (string Folder, string? Scenario) Split(Checkout checkout, string asked)
    {
        for (var end = asked.Length; end > 0; end = asked.LastIndexOf('/', end - 1))
            if (RecordedRuns.Find(checkout, asked[..end]) is { } folder)
                return (folder, asked[end..].Trim('/') is { Length: > 0 } id ? id : null);
        return (RecordedRuns.Folder(checkout, asked), null);
    }

    private static string Found(PlannedScenario scenario) => scenario.FoundBy ?? scenario.Id;

    /// <summary>They are parts of what one run was given, so what is in two is the same in both.</summary>
    private static Dictionary<string, string> Together(IEnumerable<IReadOnlyDictionary<string, string>> parts) => parts.SelectMany(part => part).DistinctBy(pair => pair.Key).ToDictionary();
}
