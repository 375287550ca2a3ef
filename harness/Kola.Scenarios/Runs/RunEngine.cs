using System.Globalization;
using System.Security.Cryptography;
using Kola.Machines;
using Kola.Machines.Images;
using Kola.Machines.Ssh;
using Kola.Results.Events;
using Kola.Scenarios.Attempts;
using Kola.Scenarios.Live;
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
        string[] names = [.. cases.SelectMany(c => c.ImageNames).Distinct()];
        ImageOverrides.Check(options.Images, names);
        var resolved = new Dictionary<string, ResolvedImage>();
        foreach (var name in names)
            resolved[name] = await images.ResolveAsync(ImageOverrides.Key(options.Images, name) is { } key ? options.Images[key] : name, progress, cancellation);
        var plan = new RunPlan { Cases = cases, Images = resolved, Options = options, Seed = options.Seed ?? RandomNumberGenerator.GetInt32(int.MaxValue) };
        return InOrder(host.States is { } states ? await ForkPlanning.CompleteAsync(plan, states, Keys(plan), cancellation) : plan);
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
        log.Write(Planned(plan, folder));
        var admission = (plan.Options.Hold is null ? plan.Options.Jobs : 1) is { } jobs ? new Admission(host.Budget, jobs) : host.Admission;
        var parents = new ParentRuns(plan.Cases);
        var states = host.States is { } store ? new RunStates(store, Keys(plan), plan, time, parents.Reached) : null;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(torn.Token);
        // Each asks for admission before the next one does: the plan's order is the order of asking.
        await Task.WhenAll(plan.Cases.Select(async (scenario, place) =>
        {
            var attempt = await NotProvenAsync(scenario, parents, plan, log, enough.Token)
                ?? await TryAsync(scenario, place, plan, folder, log, admission, states, enough, limit, torn.Token);
            parents.Ended(scenario.Id, attempt);
            if (attempt is null)
                return;
            lock (attempts)
                attempts.Add(attempt);
        }));
        // Ctrl-C that only ends the looking at what has ended cuts nothing off.
        var whole = attempts.Count == plan.Cases.Count && attempts.All(a => a.Outcome != Outcome.Interrupted);
        var interrupted = stopping.IsCancellationRequested && !(plan.Options.Hold is { Keep: true } && whole);
        var limited = interrupted || whole ? null : limit.ReachedSeconds;
        interrupted |= limited is not null;
        log.Write(new RunFinished { Seconds = Math.Round(time.GetElapsedTime(start).TotalSeconds, 3), Interrupted = interrupted, LimitSeconds = limited });
        log.ThrowIfTorn();
        return new() { Folder = folder, Attempts = attempts, Planned = plan.Cases.Count, Interrupted = interrupted };
    }

    /// <summary>Attempts until one passes or no retry is left; returns the last, or <see langword="null"/> when the scenario was never admitted.</summary>
    private async Task<AttemptFinished?> TryAsync(
        ScenarioCase scenario, int place, RunPlan plan, RunFolder folder, RunRecord log, Admission admission, RunStates? states, CancellationTokenSource enough, RunLimit limit, CancellationToken stopping)
    {
        var attemptLog = new AttemptLog(log.Write, scenario.Id, attempt: 1);
        IDisposable room;
        try
        {
            room = await admission.EnterAsync(MachineMapping.ToDemand(scenario), place, folder.Run, attemptLog.AdmissionAwaited, enough.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (HostException e)
        {
            attemptLog.Started();
            return await FinishAsync(Outcome.Infrastructure, TimeSpan.Zero, e.Message, [], retry: false, measured: false);
        }

        using (room)
        {
            for (var attempt = 1; ; attempt++)
            {
                if (attempt > 1)
                    attemptLog = new AttemptLog(log.Write, scenario.Id, attempt);
                var own = folder.Attempt(scenario.Id, attempt);
                var start = time.GetTimestamp();
                attemptLog.Started();
                var runner = new AttemptRunner(scenario, plan, host.Environment(own), own, attemptLog, states);
                var (outcome, reason) = await runner.RunAsync(stopping);
                var retry = attempt <= plan.Options.Retries && outcome is Outcome.Failed or Outcome.Infrastructure && !enough.IsCancellationRequested;
                if (runner.Broke is { } at && outcome == Outcome.Passed)
                    reason = $"it was stopped before step {at} (--break), so it proves nothing";
                if (outcome == Outcome.Interrupted)
                    reason = limit.Reason ?? reason;
                var finished = await FinishAsync(outcome, time.GetElapsedTime(start) - runner.Held, reason, Files(folder, own), retry, measured: runner.Broke is null);
                if (!retry)
                    return finished;
            }
        }

        async Task<AttemptFinished> FinishAsync(Outcome outcome, TimeSpan took, string? reason, IReadOnlyList<string> files, bool retry, bool measured)
        {
            // Before the room is given back, or the next scenario would be in it.
            if (plan.Options.FailFast && outcome != Outcome.Passed && !retry)
                await enough.CancelAsync();
            if (outcome == Outcome.Passed && measured)
                await host.Durations.RecordAsync(RecordedDurations.Key(scenario.Once, host.Facts.Accelerator, attemptLog.Path), took.TotalSeconds, stopping);
            return attemptLog.Finished(outcome, took, reason, outcome == Outcome.Passed ? null : Reproduce(scenario, plan), files);
        }
    }

    /// <summary>Waits for the scenario that this one goes on from; when that did not get there, this is not proven and never tried.</summary>
    private static async Task<AttemptFinished?> NotProvenAsync(ScenarioCase scenario, ParentRuns parents, RunPlan plan, RunRecord log, CancellationToken cancellation)
    {
        string? why;
        try
        {
            why = await parents.WhyNotAsync(scenario, cancellation);
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        if (why is null)
            return null;
        var attemptLog = new AttemptLog(log.Write, scenario.Id, attempt: 1);
        attemptLog.Started();
        return attemptLog.Finished(Outcome.NotProven, TimeSpan.Zero, why, Reproduce(scenario, plan), []);
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

    private StateKeys Keys(RunPlan plan) =>
        new(host.Environment(plan.Options.StateFolder), Path.Combine(plan.Options.StateFolder, "cache", "digests"), plan, kola);

    private RunPlanned Planned(RunPlan plan, RunFolder folder) => new()
    {
        Run = folder.Run,
        Kola = kola,
        Seed = plan.Seed,
        Shard = plan.Options.Shard,
        Resumes = plan.Options.Resumes,
        Host = host.Facts,
        Notes = plan.Notes,
        Scenarios = [.. plan.Cases.Select(c => new PlannedScenario
        {
            Id = c.Id,
            Name = c.Scenario.Name,
            Summary = c.Scenario.Summary,
            File = Shown(c.Scenario, plan),
            Sha256 = c.Scenario.Sha256,
            Tags = c.Scenario.Tags,
            Matrix = c.Matrix,
            Images = [.. c.ImageNames.Select(name => new PlannedImage(name, plan.Images[name].Sha256, plan.Images[name].Release))],
            FoundBy = FoundBy(c, plan) is var found && found != c.Id ? found : null,
            Settings = Settings(c, plan),
            ImageOverrides = ImageOverrides.Of(plan.Options.Images, c.ImageNames),
            ExpectedSeconds = plan.Recorded.TryGetValue(c.Id, out var seconds) ? Math.Round(seconds, 1) : null,
            Steps = [.. c.Steps.Select(s => s.Title)],
        })],
    };

    /// <summary>The settings that concern a scenario: others would be refused when it is run alone.</summary>
    private static Dictionary<string, string> Settings(ScenarioCase scenario, RunPlan plan) =>
        plan.Options.Settings.Where(s => scenario.Scenario.Parameters.ContainsKey(s.Key) || scenario.Scenario.Matrix.ContainsKey(s.Key)).ToDictionary();

    private static string Shown(Scenario scenario, RunPlan plan) => plan.Options.Checkout is { } checkout ? Path.GetRelativePath(checkout, scenario.Path) : scenario.Path;

    private static bool IsFoundById(ScenarioCase scenario, RunPlan plan) =>
        plan.Options.Scenarios is not { } folder || scenario.Scenario.Path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string FoundBy(ScenarioCase scenario, RunPlan plan) => IsFoundById(scenario, plan) ? scenario.Once : Shown(scenario.Scenario, plan);

    private static string Reproduce(ScenarioCase scenario, RunPlan plan)
    {
        // A file's point of its matrix is part of an id, and of no path.
        var point = IsFoundById(scenario, plan) ? [] : scenario.Matrix.Where(variable => scenario.Scenario.Matrix.ContainsKey(variable.Key));
        var images = ImageOverrides.Of(plan.Options.Images, scenario.ImageNames).Select(i => $" --image {ShellQuote.Word($"{i.Key}={i.Value}")}");
        var settings = point.Concat(Settings(scenario, plan)).DistinctBy(s => s.Key).Select(s => $" --set {ShellQuote.Word($"{s.Key}={s.Value}")}");
        return string.Create(CultureInfo.InvariantCulture, $"ci/kola run {ShellQuote.Word(FoundBy(scenario, plan))}{string.Concat(images)}{string.Concat(settings)} --seed {plan.Seed}");
    }

    private static List<string> Files(RunFolder folder, string own) =>
        [.. (Directory.Exists(own) ? Directory.EnumerateFiles(own, "*", SearchOption.AllDirectories) : []).Select(f => Path.GetRelativePath(folder.Path, f)).Where(f => Path.GetFileName(f) is not ("id_ecdsa" or "id_ecdsa.pub")).Order(StringComparer.Ordinal)];
}
