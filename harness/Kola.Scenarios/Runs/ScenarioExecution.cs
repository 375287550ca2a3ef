using Kola.Machines.Provisioning;
using Kola.Results.Events;
using Kola.Scenarios.Attempts;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Scenarios.Scheduling;

namespace Kola.Scenarios.Runs;

/// <summary>
/// One scenario of a run: waits for the parent that it goes on from and for room on the host, then attempts until one passes or no retry is left.
/// </summary>
/// <param name="place">In the run's order.</param>
/// <param name="shared">The room and the machines that it shares with others, one after the other; <see langword="null"/>: it has its own.</param>
internal sealed class ScenarioExecution(RunInProgress run, ScenarioCase scenario, int place, SharedRoom? shared = null)
{
    /// <summary>How long a host may take to become calm. A host that never does is one to run on all the same: the attempt's own meter judges.</summary>
    private static readonly TimeSpan CalmPatience = TimeSpan.FromMinutes(5);

    private AttemptLog log = new(run.Record.Write, scenario.Id, attempt: 1);

    /// <summary>Throws nothing: whatever fails is an outcome, and what goes on from this scenario is told of it.</summary>
    /// <returns>The last attempt; <see langword="null"/>: the run ended before it was admitted.</returns>
    public async Task<AttemptFinished?> RunAsync()
    {
        AttemptFinished? last = null;
        try
        {
            return last = await AdmitAndTryAsync();
        }
        catch (Exception e)
        {
            return last = Finish(AttemptResult.Of(e, CancellationToken.None), TimeSpan.Zero, []);
        }
        finally
        {
            run.Parents.Ended(scenario.Id, last);
        }
    }

    private async Task<AttemptFinished?> AdmitAndTryAsync()
    {
        IDisposable admitted;
        try
        {
            // When its parent did not get there, this is not proven and never tried.
            if (await run.Parents.WhyNotAsync(scenario, run.Enough.Token) is { } why)
                return Finish(new(Outcome.NotProven, why), TimeSpan.Zero, []);
            if (scenario.Scenario.External?.Unready is { } unready)
                return Finish(new(Outcome.NotProven, unready), TimeSpan.Zero, []);
            run.Enough.Token.ThrowIfCancellationRequested();
            admitted = shared is null ? await EnterAsync(demand => demand) : await shared.EnterAsync(() => EnterAsync(demand => demand));
        }
        catch (OperationCanceledException) when (run.Enough.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e)
        {
            await StopIfFirstFailureEndsAsync();
            return Finish(AttemptResult.Of(e, CancellationToken.None), TimeSpan.Zero, []);
        }

        try
        {
            for (var attempt = 1; ; attempt++)
            {
                var (finished, again) = await TryAsync(attempt);
                if (again is Again.No)
                    return finished;
                log = new(run.Record.Write, scenario.Id, attempt + 1);
                if (again is not Again.Alone)
                    continue;
                // What is shared is closed by now, as the attempt did not pass: all of its room is given back.
                shared?.Leave();
                admitted.Dispose();
                if (await EnterAloneAsync() is not { } alone)
                    return finished;
                admitted = alone;
            }
        }
        finally
        {
            admitted.Dispose();
        }
    }

    private Task<IDisposable> EnterAsync(Func<Demand, Demand> of)
    {
        var longest = ((shared?.Timeout ?? scenario.Timeout) * run.Host.Accelerator.TimeScale) + AttemptRunner.Afterwards(run.Host.Accelerator.TimeScale);
        var demand = Demand.Of(scenario, run.Host.Accelerator) with { Longest = run.Attempts.Hold is null ? longest : Demand.Unbounded };
        return run.Admission.EnterAsync(of(demand), place, run.Folder.Run, log.AdmissionAwaited, run.Enough.Token);
    }

    /// <summary>A starved host made the last attempt worthless: the next one has the host to itself, once that is calm.</summary>
    /// <returns><see langword="null"/>: the run ended, or the host was not to be had; the last attempt stands.</returns>
    private async Task<IDisposable?> EnterAloneAsync()
    {
        IDisposable? admitted = null;
        try
        {
            admitted = await EnterAsync(demand => demand.Alone);
            if (!await run.Host.Calm.WaitAsync(CalmPatience, log.AdmissionAwaited, run.Enough.Token))
                log.AdmissionAwaited($"the host was not calm within {CalmPatience.TotalMinutes:0} min; the next attempt starts all the same");
            return admitted;
        }
        catch (Exception e)
        {
            admitted?.Dispose();
            if (e is not OperationCanceledException)
                log.AdmissionAwaited($"not tried again: {Judgement.Describe(e)}");
            await StopIfFirstFailureEndsAsync();
            return null;
        }
    }

    private async Task<(AttemptFinished Finished, Again Again)> TryAsync(int attempt)
    {
        var folder = run.Folder.Attempt(scenario.Id, attempt);
        var start = run.Time.GetTimestamp();
        log.Started();
        var result = await new AttemptRunner(scenario, run.Attempts, run.Host.Environment(folder), folder, log, attempt == 1 ? shared?.Rig : null).RunAsync(run.Stopping);
        var took = run.Time.GetElapsedTime(start) - result.Held;
        var retry = attempt <= run.Plan.Options.Retries && result.Outcome is Outcome.Failed or Outcome.Infrastructure && !run.Enough.IsCancellationRequested;
        if (result is { Broke: { } at, Outcome: Outcome.Passed })
            result = result with { Reason = $"it was stopped before step {at} (--break), so it proves nothing" };
        if (result.Outcome == Outcome.Interrupted)
            result = result with { Reason = run.Limit.Reason ?? result.Reason };
        // Before the room is given back, or the next scenario would be in it.
        if (result.Outcome != Outcome.Passed && !retry)
            await StopIfFirstFailureEndsAsync();
        var finished = Finish(result, took, Files(folder));
        if (result is { Outcome: Outcome.Passed, Broke: null })
            await run.Host.Durations.RecordAsync(RecordedDurations.Key(scenario.Once, run.Host.Facts.Accelerator, log.Path), took.TotalSeconds, run.Stopping);
        return (finished, !retry ? Again.No : result.Starved ? Again.Alone : Again.Yes);
    }

    private async Task StopIfFirstFailureEndsAsync()
    {
        if (run.Plan.Options.FailFast)
            await run.Enough.CancelAsync();
    }

    private AttemptFinished Finish(AttemptResult result, TimeSpan took, IReadOnlyList<string> files) =>
        log.Finished(result.Outcome, took, result.Reason, result.Outcome == Outcome.Passed ? null : PlanRecord.Reproduce(scenario, run.Plan), files, result.Load,
            result.Cause is { Evidence: { } file } cause ? cause with { Evidence = Path.GetRelativePath(run.Folder.Path, file) } : result.Cause);

    private List<string> Files(string folder)
    {
        try
        {
            return [.. (Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories) : [])
                .Select(file => Path.GetRelativePath(run.Folder.Path, file)).Where(file => !AccessKey.IsMade(file)).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // They are where they are; what the attempt came to does not hang on their names.
            return [];
        }
    }

    private enum Again
    {
        No,
        Yes,

        /// <summary>With the host to itself.</summary>
        Alone,
    }
}
