using Kola.Cli.Terminal;
using Kola.Machines;
using Kola.Results.Events;
using Kola.Results.Gate;
using Kola.Results.Gate.Records;
using Kola.Scenarios.Gating;
using Kola.Scenarios.Model;
using Kola.Scenarios.Runs;

namespace Kola.Cli.Gating;

/// <summary>How much of a policy to judge.</summary>
internal enum TierChoice
{
    Full,

    Core,

    /// <summary>All of it where KVM is; under emulation, where that takes hours, the tier core.</summary>
    Auto,
}

/// <summary>What a call of <c>kola gate</c> asks for.</summary>
internal sealed record GateOrder
{
    public required Checkout Checkout { get; init; }

    public required GateFiles Files { get; init; }

    /// <summary>Who plays which role.</summary>
    public required ReleaseRoles Roles { get; init; }

    public Shard? Shard { get; init; }

    /// <summary>Folders of runs that were cut off and are gone on from, the oldest first.</summary>
    public IReadOnlyList<string> Resumed { get; init; } = [];

    public required RunOptions Options { get; init; }

    /// <summary>How much of the policy is judged.</summary>
    public TierChoice Tier { get; init; }

    /// <summary>Build releases that are needed and not there.</summary>
    public bool Build { get; init; }

    /// <summary>What the caller says that the verdict is about, too, by digest.</summary>
    public IReadOnlyList<Resource> Subjects { get; init; } = [];

    /// <summary>The pipeline's page of the run.</summary>
    public string? Url { get; init; }
}

/// <summary>Plans what the policy asks for, runs it, and gathers what is to be judged.</summary>
internal sealed class GateWork(GateOrder order, TimeProvider time)
{
    private readonly IReadOnlyList<ScenarioCase> all = order.Checkout.OpenScenarios(new LoadingRules(order.Roles), order.Files.Library).Select(new());

    private GatePolicy policy = order.Files.Policy;

    /// <summary>Runs what is left to run. Where a run that is gone on from left nothing, what is recorded is the answer: a job that is requeued after its last scenario has not failed.</summary>
    /// <returns>The request, the folder of the run that completes it, and whether that run was made now; <see langword="null"/>: there are more shards than scenarios, and this one has none.</returns>
    public async Task<(GateRequest Request, string Folder, bool Made)?> RunAsync(IRunProgress progress, CancellationToken cancellation)
    {
        await using var host = await ExecutionHost.OpenAsync(order.Options.StateFolder, time, cancellation);
        policy = InTier(host.Facts);
        var expected = Expected();
        RecordedRun[] before = [.. order.Resumed.Select(RecordedRun.Load)];
        var listed = GateScope.Listed(all, policy, expected);
        var own = order.Shard is { } shard ? Sharding.Take(listed, shard) : listed;
        var cases = GateScope.Rest(own, before);
        // A shard answers for its own part; who judges all shards together sees what is missing.
        var answered = order.Shard is null ? expected : GateLint.Expected(own, order.Checkout.Root);
        if (listed.Count == 0)
            throw new InputException("the policy lists no scenario: there is nothing to run");
        if (own.Count == 0)
            return null;
        if (cases.Count == 0)
        {
            await Console.Error.WriteLineAsync("all scenarios have run: judging what is recorded");
            return (await RecordedAsync(answered, before, cancellation), order.Resumed[^1], Made: false);
        }

        if (order.Roles.Find(ReleaseRole.Candidate) is { Given: true } && order.Shard is null && !listed.Any(one => one.ImageNames.Contains(ReleaseRole.Candidate)))
            throw new InputException("no scenario of the policy boots the candidate or updates to it: nothing would be proven of it");
        var options = order.Options with
        {
            Retries = policy.Retries,
            MaxDuration = policy.MaxDuration,
            Shard = order.Shard,
            Resumes = before is [.., var last] ? last.Plan?.Run ?? throw new InputException($"{last.Name} cannot be resumed: {last.Damage ?? "its log has no plan"}") : null,
        };
        var engine = new RunEngine(host, order.Checkout.OpenImages(build: order.Build), KolaVersion.Text, time);
        var plan = await engine.PlanAsync(cases, options, ImageProgressLines.OnStandardError(), cancellation);
        var run = await engine.ExecuteAsync(plan, progress.Show, cancellation);
        return (Request(answered, [.. before, RecordedRun.Load(run.Folder.Path)], plan.Images.ToDictionary(i => i.Key, i => i.Value.Sha256), plan.Releases), run.Folder.Path, Made: true);
    }

    /// <summary>What there is of runs that were made elsewhere.</summary>
    public async Task<GateRequest> FromAsync(IReadOnlyList<string> folders, CancellationToken cancellation)
    {
        // The logs of many shards are long; each is read by itself.
        RecordedRun[] runs = [.. folders.AsParallel().AsOrdered().Select(RecordedRun.Load)];
        policy = InTier(runs.LastOrDefault(run => run.Plan is not null)?.Plan?.Host);
        return await RecordedAsync(Expected(), runs, cancellation);
    }

    /// <summary>Roles for which no release is given are played by what the last run took; that all took the same is for the judge to see.</summary>
    private async Task<GateRequest> RecordedAsync(IReadOnlyList<ExpectedScenario> expected, IReadOnlyList<RecordedRun> runs, CancellationToken cancellation)
    {
        var images = order.Checkout.OpenImages();
        List<ReleaseInRole> releases = [];
        var digests = new Dictionary<string, string>();
        foreach (var role in order.Roles.Played.Where(role => role.Given))
        {
            var image = await images.ResolveAsync(role.Reference, ImageProgressLines.OnStandardError(), cancellation);
            releases.Add(RunPlan.InRole(role.ImageName, image));
            digests[role.ImageName] = image.Sha256;
        }

        var recorded = runs.LastOrDefault(run => run.Plan is not null)?.Plan?.Releases ?? [];
        return Request(expected, runs, digests, [.. releases, .. recorded.Where(release => !releases.Any(given => given.Role == release.Role))]);
    }

    /// <summary>The candidate's files; <see langword="null"/>: there is no candidate, or it is not on this host.</summary>
    public async Task<ReleaseFiles?> CandidateAsync(CancellationToken cancellation)
    {
        if (order.Roles.Find(ReleaseRole.Candidate) is not { } candidate)
            return null;
        try
        {
            return (await order.Checkout.OpenImages().ResolveAsync(candidate.Reference, null, cancellation)).ReleaseFolder is { } folder ? new(folder) : null;
        }
        catch (HostException) when (!candidate.Given)
        {
            return null;
        }
    }

    /// <summary>All cases, none of which the policy may have taken from the library and forgotten.</summary>
    private IReadOnlyList<ExpectedScenario> Expected()
    {
        var expected = GateLint.Expected(all, order.Checkout.Root);
        return GateLint.Idle(order.Files, expected).ToList() is { Count: > 0 } idle ? throw new ScenarioException(idle) : expected;
    }

    /// <summary>The policy in the tier that was asked for. Says so first: a first answer must not be taken for the whole one.</summary>
    private GatePolicy InTier(HostFacts? host)
    {
        if (order.Tier is TierChoice.Full || (order.Tier is TierChoice.Auto && host?.Accelerator == "kvm"))
            return order.Files.Policy;
        if (order.Files.Policy.Core is [])
            return order.Tier is TierChoice.Auto ? order.Files.Policy : throw new InputException("the policy has no tier core; expected 'core:' in it, or --tier full");
        Console.Error.WriteLine($"tier core{(order.Tier is TierChoice.Auto ? $", as this host has no KVM ({host?.AcceleratorReason ?? "unknown"})" : "")}: a first answer. Only the full gate (--full, hours under emulation) proves that a release may ship.");
        return order.Files.Policy with { Tier = GateTier.Core };
    }

    private GateRequest Request(IReadOnlyList<ExpectedScenario> expected, IReadOnlyList<RecordedRun> runs, IReadOnlyDictionary<string, string> images, IReadOnlyList<ReleaseInRole> releases) => new()
    {
        Policy = order.Shard is null ? policy : ForPart(policy, expected),
        Quarantine = order.Shard is null ? order.Files.Quarantine : [.. order.Files.Quarantine.Where(q => expected.Any(s => GateRule.Names(q.Scenario, s)))],
        Expected = expected,
        Images = images,
        Releases = releases,
        Runs = runs,
        Part = order.Shard,
        Now = time.GetUtcNow(),
    };

    /// <summary>What of the policy is about a part of the scenarios.</summary>
    private static GatePolicy ForPart(GatePolicy policy, IReadOnlyList<ExpectedScenario> part)
    {
        GateRule Exactly(GateRole role) => new() { Place = GateFiles.PolicyPath, Scenarios = [.. part.Where(s => policy.RoleOf(s) == role).Select(s => s.Id)] };
        IReadOnlyList<GateRule> Rules(GateRole role) => Exactly(role) is { Scenarios.Count: > 0 } rule ? [rule] : [];
        return policy with { Required = Rules(GateRole.Required), Advisory = Rules(GateRole.Advisory) };
    }
}
