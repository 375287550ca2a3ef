using System.Security.Cryptography;
using Kola.Machines;
using Kola.Machines.Images;
using Kola.Results.Events;
using Kola.Scenarios.Model;
using Kola.Scenarios.Scheduling;
using Kola.Scenarios.Snapshots;

namespace Kola.Scenarios.Runs;

/// <summary>Runs scenarios: the one engine behind <c>kola run</c> and <c>dotnet test</c>.</summary>
/// <param name="kola">Kola's version, for the record.</param>
public sealed class RunEngine(ExecutionHost host, ImageStore images, string kola, TimeProvider time)
{
    /// <summary>Resolves every image that the cases boot. Nothing is started.</summary>
    /// <exception cref="InputException">An image is unknown, or its file is wrong.</exception>
    /// <exception cref="HostException">An image cannot be had.</exception>
    public async Task<RunPlan> PlanAsync(IReadOnlyList<ScenarioCase> cases, RunOptions options, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        if (cases.Count == 0)
            throw new InputException("nothing to run: no scenario was selected; see kola list");
        foreach (var scenario in cases)
            options.Hold?.StepOf(scenario);
        var casting = await MakeAsync(RoleCasting.Of(cases), progress, cancellation);
        var resolved = await ResolveAsync(casting.Complete, options, progress, cancellation);
        var (applicable, others) = Applicability.Split(casting.Complete, resolved);
        if (applicable.Count == 0)
            throw new InputException($"nothing to run: {(others is [] ? "" : $"{others[0].Case.Id} does not apply: {others[0].Reason}")}{string.Join("; ", casting.Notes)}");
        var plan = new RunPlan
        {
            Cases = applicable,
            Images = resolved,
            Options = options,
            NotApplicable = others,
            Notes = casting.Notes,
            Seed = options.Seed ?? RandomNumberGenerator.GetInt32(int.MaxValue),
        };
        return InOrder(host.Snapshots is { } snapshots ? await ForkPlanning.CompleteAsync(plan, snapshots, Keys(plan), cancellation) : plan);
    }

    /// <summary>Makes the releases that are made for the run. Where one cannot be made, the cases that need it are left out, and the others run.</summary>
    private async Task<RoleCasting> MakeAsync(RoleCasting casting, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        foreach (var role in casting.Complete.SelectMany(c => c.RoleNames.Select(c.Scenario.Roles.Find)).OfType<PlayedRole>().Where(role => role.Made is not null).Distinct().ToArray())
        {
            try
            {
                await images.MakeAfterAsync(role.Made!, role.Version, progress, cancellation);
            }
            catch (HostException e)
            {
                casting = casting.Without(role, e.Message);
            }
        }

        return casting;
    }

    /// <summary>Images by the names in the cases.</summary>
    private async Task<Dictionary<string, ResolvedImage>> ResolveAsync(IReadOnlyList<ScenarioCase> cases, RunOptions options, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        var references = cases.SelectMany(c => c.ImageNames.Select(name => (Name: name, Reference: c.Scenario.Roles.Find(name)?.Reference ?? name)))
            .DistinctBy(image => image.Name).ToDictionary(image => image.Name, image => image.Reference);
        ImageOverrides.Check(options.Images, references.Keys);
        var resolved = new Dictionary<string, ResolvedImage>();
        foreach (var (name, reference) in references)
            resolved[name] = await images.ResolveAsync(ImageOverrides.Key(options.Images, name) is { } key ? options.Images[key] : reference, progress, cancellation);
        return resolved;
    }

    /// <summary>Runs the plan. The plan is on disk before the first machine starts; stopping drains in order.</summary>
    /// <param name="observe">Called for each record of the event log, in order.</param>
    /// <exception cref="HostException">The record could not be kept: nothing is proven.</exception>
    public async Task<RunResult> ExecuteAsync(RunPlan plan, Action<RunEvent>? observe, CancellationToken stopping)
    {
        var folder = RunFolder.Create(Path.Combine(plan.Options.StateFolder, "runs"), time);
        var start = time.GetTimestamp();
        var attempts = new List<AttemptFinished>();
        var events = folder.OpenLog(time);
        if (observe is not null)
            events.Written += observe;
        using var limit = new RunLimit(plan.Options.MaxDuration, time);
        using var torn = CancellationTokenSource.CreateLinkedTokenSource(stopping, limit.Token);
        await using var log = new RunRecord(events, torn);
        log.Write(PlanRecord.Of(plan, folder.Run, kola, host.Facts));
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(torn.Token);
        var parents = new ParentRuns(plan.Cases);
        var run = new RunInProgress
        {
            Host = host,
            Plan = plan,
            Folder = folder,
            Record = log,
            Admission = (plan.Options.Hold is null ? plan.Options.Jobs : 1) is { } jobs ? new Admission(host.Budget, jobs) : host.Admission,
            Parents = parents,
            Attempts = new()
            {
                Images = plan.Images,
                Seed = plan.Seed,
                Hold = plan.Options.Hold,
                Snapshots = host.Snapshots is { } store ? new RunSnapshots(store, Keys(plan), plan.Options.Cold, parents) : null,
            },
            Enough = enough,
            Limit = limit,
            Stopping = torn.Token,
            Time = time,
        };
        // Each asks for admission before the next one does: the plan's order is the order of asking.
        await Task.WhenAll(SharedRoom.Groups(plan.Cases).Select(members => SharedRoom.RunAsync(run, members, attempt =>
        {
            lock (attempts)
                attempts.Add(attempt);
        })));
        // Ctrl-C that only ends the looking at what has ended cuts nothing off.
        var whole = attempts.Count == plan.Cases.Count && attempts.All(a => a.Outcome != Outcome.Interrupted);
        var interrupted = stopping.IsCancellationRequested && !(plan.Options.Hold is { Keep: true } && whole);
        var limited = interrupted || whole ? null : limit.ReachedSeconds;
        interrupted |= limited is not null;
        log.Write(new RunFinished { Seconds = Math.Round(time.GetElapsedTime(start).TotalSeconds, 3), Interrupted = interrupted, LimitSeconds = limited });
        log.ThrowIfTorn();
        return new() { Folder = folder, Attempts = attempts, Planned = plan.Cases.Count, Interrupted = interrupted };
    }

    private RunPlan InOrder(RunPlan plan)
    {
        var recorded = host.Durations.Read(out var complaint);
        var order = new RunOrder(recorded, host.Facts.Accelerator, host.Accelerator.TimeScale, plan.Options.Cold);
        return plan with
        {
            Cases = order.Of(plan.Cases, plan.Seed),
            Recorded = plan.Cases.Select(scenario => (scenario.Id, Seconds: order.Recorded(scenario))).Where(known => known.Seconds is not null).ToDictionary(known => known.Id, known => known.Seconds!.Value),
            Notes = complaint is null ? plan.Notes : [.. plan.Notes, complaint],
        };
    }

    private SnapshotKeys Keys(RunPlan plan) =>
        new(
        host.Environment(plan.Options.StateFolder), Path.Combine(plan.Options.StateFolder, "cache", "digests"), plan.Images, plan.Options.Seed, plan.Options.Cold, kola);
}
