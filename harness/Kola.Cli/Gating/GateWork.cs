using Kola.Cli.Terminal;
using Kola.Machines;
using Kola.Results.Events;
using Kola.Results.Gate;
using Kola.Scenarios.Gating;
using Kola.Scenarios.Model;
using Kola.Scenarios.Runs;

namespace Kola.Cli.Gating;

/// <summary>What a call of <c>kola gate</c> asks for.</summary>
internal sealed record GateOrder
{
    public required Checkout Checkout { get; init; }

    public required GateFiles Files { get; init; }

    public ReleaseFiles? Previous { get; init; }

    public ReleaseFiles? Candidate { get; init; }

    public Shard? Shard { get; init; }

    /// <summary>Folders of runs that were cut off and are gone on from, the oldest first.</summary>
    public IReadOnlyList<string> Resumed { get; init; } = [];

    public required RunOptions Options { get; init; }

    /// <summary>Build releases that are needed and not there.</summary>
    public bool Build { get; init; }
}

/// <summary>Plans what the policy asks for, runs it, and gathers what is to be judged.</summary>
internal sealed class GateWork(GateOrder order, TimeProvider time)
{
    private readonly IReadOnlyList<ScenarioCase> all = Cases(order);

    /// <summary>Runs what is left to run.</summary>
    /// <returns>The request, and the folder of the run that completes it.</returns>
    public async Task<(GateRequest Request, string Folder)> RunAsync(IRunProgress progress, CancellationToken cancellation)
    {
        var expected = GateLint.Expected(all, order.Checkout.Root);
        RecordedRun[] before = [.. order.Resumed.Select(RecordedRun.Load)];
        var listed = GateScope.Listed(all, order.Files.Policy, expected);
        var own = order.Shard is { } shard ? Sharding.Take(listed, shard) : listed;
        var cases = GateScope.Rest(own, before);
        if (cases.Count == 0)
            throw new InputException(before is [] ? "the policy lists no scenario, or this shard has none: there is nothing to run" : "all scenarios have run; judge the recorded runs with --from");
        var options = WithReleases(order.Options, own) with
        {
            Retries = order.Files.Policy.Retries,
            MaxDuration = order.Files.Policy.MaxDuration,
            Shard = order.Shard,
            Resumes = before is [.., var last] ? last.Plan?.Run ?? throw new InputException($"{last.Name} cannot be resumed: {last.Damage ?? "its log has no plan"}") : null,
        };
        await using var host = await ExecutionHost.OpenAsync(options.StateFolder, time, cancellation);
        var engine = new RunEngine(host, order.Checkout.OpenImages(build: order.Build), KolaVersion.Text, time);
        var plan = await engine.PlanAsync(cases, options, ImageProgressLines.OnStandardError(), cancellation);
        var run = await engine.ExecuteAsync(plan, progress.Show, cancellation);
        var images = plan.Images.ToDictionary(i => i.Key, i => i.Value.Sha256);
        // A shard answers for its own part; who judges all shards together sees what is missing.
        return (Request(order.Shard is null ? expected : GateLint.Expected(own, order.Checkout.Root), [.. before, RecordedRun.Load(run.Folder.Path)], images), run.Folder.Path);
    }

    /// <summary>What there is of runs that were made elsewhere.</summary>
    public GateRequest From(IReadOnlyList<string> folders) => Request(
        GateLint.Expected(all, order.Checkout.Root),
        [.. folders.Select(RecordedRun.Load)],
        new[] { order.Previous, order.Candidate }.OfType<ReleaseFiles>().DistinctBy(Name).ToDictionary(Name, r => r.DiskSha256));

    private GateRequest Request(IReadOnlyList<ExpectedScenario> expected, IReadOnlyList<RecordedRun> runs, IReadOnlyDictionary<string, string> images) => new()
    {
        Policy = order.Shard is null ? order.Files.Policy : ForPart(order.Files.Policy, expected),
        Quarantine = order.Shard is null ? order.Files.Quarantine : [.. order.Files.Quarantine.Where(q => expected.Any(s => GateRule.Names(q.Scenario, s)))],
        Expected = expected,
        Images = images,
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

    private static IReadOnlyList<ScenarioCase> Cases(GateOrder order)
    {
        var catalog = ScenarioCatalog.Discover(order.Checkout.Scenarios);
        var (settings, _) = GateScope.Releases(order.Previous?.Release, order.Candidate?.Release, catalog.Select(new()));
        return catalog.Select(new() { Settings = settings });
    }

    private RunOptions WithReleases(RunOptions options, IReadOnlyList<ScenarioCase> cases)
    {
        var (settings, images) = GateScope.Releases(order.Previous?.Release, order.Candidate?.Release, cases);
        var booted = cases.SelectMany(c => c.ImageNames).ToHashSet();
        if (order.Candidate is { } candidate && order.Shard is null && !booted.Contains(Name(candidate)))
            throw new InputException($"no scenario of the policy boots {Name(candidate)}, the candidate: nothing would be proven of it");
        return options with
        {
            Images = images.Where(i => booted.Contains(i.Key)).Concat(options.Images).DistinctBy(i => i.Key).ToDictionary(),
            Settings = settings,
        };
    }

    private static string Name(ReleaseFiles files) => $"{files.Release.Image}:{files.Release.Version}";
}
