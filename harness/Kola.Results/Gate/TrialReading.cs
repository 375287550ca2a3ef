using Kola.Results.Events;

namespace Kola.Results.Gate;

/// <summary>Whether the candidate was on trial at all. A verdict about a release that never ran, or whose own updater never updated, is worth nothing.</summary>
internal sealed class TrialReading
{
    /// <summary>Capabilities that only an OS can have that updates itself.</summary>
    private static readonly string[] OfUpdates =
    [
        "self-update", "atomic-slots", "signed-updates", "key-rotation", "downgrade-protection", "update-lock", "download-retry", "update-barrier", "server-failover",
        "boot-counting", "automatic-rollback", "manual-rollback", "failure-memory", "boot-loader-update", "reboot-agent",
    ];

    private readonly GateRequest request;
    private readonly IReadOnlyList<ScenarioVerdict> scenarios;

    /// <summary>What passed, with all that its last attempt booted.</summary>
    private readonly (PlannedScenario Plan, IReadOnlyList<ReleaseBooted> Booted)[] passed;

    private TrialReading(GateRequest request, IReadOnlyList<ScenarioVerdict> scenarios)
    {
        (this.request, this.scenarios) = (request, scenarios);
        var ids = scenarios.Where(Passed).Select(s => s.Id).ToHashSet();
        passed = [.. request.Runs.SelectMany(run => (run.Plan?.Scenarios ?? []).Where(plan => ids.Contains(plan.Id)).Select(plan => (plan, Booted(run, plan.Id))))];
    }

    /// <summary>Every objection, as a sentence with its remedy.</summary>
    /// <param name="scenarios">What became of each scenario.</param>
    public static IEnumerable<string> Objections(GateRequest request, IReadOnlyList<ScenarioVerdict> scenarios)
    {
        // One shard proves a part; whoever judges all shards together sees what is missing.
        if (request.Releases is [] || request.Part is not null)
            return [];
        var reading = new TrialReading(request, scenarios);
        return [.. reading.Idle(), .. reading.Updater(), .. reading.Capabilities(), .. reading.Mixed()];
    }

    private static bool Passed(ScenarioVerdict scenario) => scenario.Result is GateResult.Passed or GateResult.Flaky;

    private static IReadOnlyList<ReleaseBooted> Booted(RecordedRun run, string id)
    {
        ReleaseBooted[] all = [.. run.AttemptsOf(id).OfType<ReleaseBooted>()];
        return all is [] ? [] : [.. all.Where(e => e.Attempt == all[^1].Attempt)];
    }

    /// <summary>Releases of the request that no passed scenario ran.</summary>
    private IEnumerable<string> Idle() =>
        request.Releases.Where(release => !passed.Any(p => Ran(p, release)))
            .Select(release => $"{release} never ran in a scenario that passed; require a scenario that boots it or updates to it");

    private static bool Ran((PlannedScenario Plan, IReadOnlyList<ReleaseBooted> Booted) scenario, ReleaseInRole release) =>
        scenario.Plan.Images.Any(image => scenario.Plan.Boots.Contains(image.Name) && image.Sha256 == release.Sha256)
        || scenario.Booted.Any(boot => boot.Release == release.Version);

    /// <summary>The candidate must have come to the field by an update, and must have updated itself.</summary>
    private IEnumerable<string> Updater()
    {
        // An OS that declares what it can do, and nothing of this, does not update itself. Whether the product may be so is for the policy's 'capabilities' to say.
        if (request.Candidate is not { } candidate || (candidate.Capabilities is not [] && !candidate.Capabilities.Intersect(OfUpdates).Any()))
            yield break;
        if (!passed.Any(p => p.Booted.Any(boot => boot.Release == candidate.Version && boot.Path == "update")))
            yield return $"no scenario that passed updated a machine to {candidate}; require one, such as update.n1-to-n";
        if (!passed.Any(p => LeftByUpdate(p.Booted, candidate)))
            yield return $"no scenario that passed updated a machine from {candidate} to the next release: its own updater was never on trial; require one, such as update.n-to-n";
    }

    /// <summary>Whether a machine that ran the candidate came by an update to another release.</summary>
    private static bool LeftByUpdate(IReadOnlyList<ReleaseBooted> booted, ReleaseInRole candidate) =>
        booted.GroupBy(boot => boot.Machine).Any(machine =>
            machine.Zip(machine.Skip(1)).Any(pair => pair.First.Release == candidate.Version && pair.Second is { Path: "update" } && pair.Second.Release != candidate.Version));

    /// <summary>What the policy demands and the candidate does not declare, and what it declares and nothing proved.</summary>
    private IEnumerable<string> Capabilities()
    {
        if (request.Candidate is not { } candidate)
            yield break;
        foreach (var missing in request.Policy.Capabilities.Except(candidate.Capabilities))
            yield return $"the policy demands '{missing}', which {candidate} does not declare; declare it in the image's catalog entry, or take it out of the policy";
        // The tier core does not prove everything, and does not let ship either.
        if (request.Policy.Tier is GateTier.Core)
            yield break;
        var ids = scenarios.Where(Passed).Select(s => s.Id).ToHashSet();
        var proven = request.Expected.Where(e => ids.Contains(e.Id)).SelectMany(e => e.Needs).ToHashSet();
        // One sentence: a gate that was cut off leaves dozens.
        string[] unproven = [.. candidate.Capabilities.Where(capability => !proven.Contains(capability)).Select(capability => $"'{capability}'")];
        if (unproven is not [])
            yield return $"{candidate} declares {string.Join(", ", unproven)}, and no scenario that passed needs {(unproven.Length == 1 ? "it: require one that proves it" : "them: require some that prove them")}";
    }

    /// <summary>Runs that were made with other releases in these roles.</summary>
    private IEnumerable<string> Mixed()
    {
        foreach (var run in request.Runs)
            foreach (var release in run.Plan?.Releases ?? [])
                if (!request.Releases.Any(asked => asked.Role == release.Role && asked.Sha256 == release.Sha256))
                    yield return $"run {run.Name} took {release} with disk {Wording.Digest(release.Sha256)}, which is not what is to be judged; run again with the releases of this verdict";
    }
}
