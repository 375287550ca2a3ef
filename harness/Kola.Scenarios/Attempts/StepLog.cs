using Kola.Machines;
using Kola.Results.Events;
using Kola.Scenarios.Attempts.Holding;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;

namespace Kola.Scenarios.Attempts;

/// <summary>Records the beginning and the end of each step, whatever the end is.</summary>
/// <param name="load">Tells whether the host is to blame for what came too late.</param>
/// <param name="stopping">Cancelled when the run is stopped.</param>
internal sealed class StepLog(AttemptLog log, ScenarioClock clock, HostLoad load, TimeProvider time, CancellationToken stopping)
{
    private readonly long begun = time.GetTimestamp();
    private (Exception Exception, Exception Cause)? judged;
    private string title = "the machines come up";
    private TimeSpan since;

    /// <summary>Number of the last step that began; 0 while the machines come up.</summary>
    public int Number { get; private set; }

    /// <summary>For messages: the step that runs.</summary>
    public string Where { get; private set; } = "while its machines came up";

    /// <summary>The machines come up: the step before the first.</summary>
    public Task<T> BringUpAsync<T>(IEnumerable<MachineDefinition> machines, Func<Task<T>> run) => RunAsync(
        () => log.StepStarted(0, "machines", $"bring up {string.Join(", ", machines.Select(m => m.Name))}", null, null), run, _ => null);

    /// <summary>Counts on to the next step. It may be carried out in several rounds.</summary>
    public void Next(Step step) => (Number, title, since, Where) = (Number + 1, step.Title, time.GetElapsedTime(begun), $"in step {Number + 1} ({step.Title})");

    /// <summary>Where an attempt failed.</summary>
    /// <param name="cause">As <see cref="Cause"/> returns it.</param>
    /// <param name="evidence">File and line; <see langword="null"/>: none.</param>
    public FailureCause At(Exception cause, string? evidence) => new() { Blame = Judgement.Blame(cause), Step = Number, Title = title, Since = Math.Round(since.TotalSeconds, 1), Evidence = evidence };

    /// <param name="machine">The machines that this round is about; <see langword="null"/> where that is plain.</param>
    /// <param name="run">Returns what was seen, for people.</param>
    public Task RunAsync(Step step, string? machine, Func<Task<string?>> run) =>
        RunAsync(() => log.StepStarted(Number, step.Kind, step.Title, machine, step.Location.ToString()), run, seen => seen);

    /// <summary>An exception as it is to be judged: what the scenario's time cuts off has failed, and what came too late on a starved host is the host's.</summary>
    public Exception Cause(Exception exception)
    {
        // Once for each: a second look at the host would see another moment.
        if (judged is not { } known || known.Exception != exception)
            judged = known = (exception, load.Judge(
                exception is OperationCanceledException && clock.Token.IsCancellationRequested && !stopping.IsCancellationRequested
                    ? new ScenarioTimeoutException($"the scenario's time of {clock.Bound.TotalSeconds:0} s ran out {Where}", clock.Bound)
                    : exception));
        return known.Cause;
    }

    private async Task<T> RunAsync<T>(Action begin, Func<Task<T>> run, Func<T, string?> describe)
    {
        var start = time.GetTimestamp();
        begin();
        try
        {
            var seen = await run();
            log.StepFinished(Number, Outcome.Passed, time.GetElapsedTime(start), describe(seen));
            return seen;
        }
        catch (Exception e)
        {
            var cause = Cause(e);
            log.StepFinished(Number, Judgement.Of(cause, stopping), time.GetElapsedTime(start), Judgement.Describe(cause));
            throw;
        }
    }
}

/// <summary>The time that a scenario has in all ran out: a product failure, as whatever it waited for did not come.</summary>
/// <param name="waited">The time that it had.</param>
internal sealed class ScenarioTimeoutException(string message, TimeSpan waited) : GuestException(message), IStarvable
{
    /// <inheritdoc/>
    public TimeSpan? Waited => waited;
}
