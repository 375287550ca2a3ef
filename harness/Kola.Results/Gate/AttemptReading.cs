using Kola.Results.Events;

namespace Kola.Results.Gate;

/// <summary>Reads one scenario's attempts out of a run, and objects to whatever does not fit together.</summary>
internal sealed class AttemptReading
{
    private readonly List<JudgedAttempt> attempts = [];
    private readonly HashSet<int> passedSteps = [];
    private readonly string run;
    private readonly PlannedScenario plan;
    private int openSteps;
    private bool failedStep;
    private bool kept;

    private AttemptReading(string run, PlannedScenario plan) => (this.run, this.plan) = (run, plan);

    /// <summary>In the log's order.</summary>
    public IReadOnlyList<JudgedAttempt> Attempts => attempts;

    /// <summary>What cannot be, by the way Kola writes a log; <see langword="null"/> when all fits together.</summary>
    public string? Objection { get; private set; }

    public static AttemptReading Of(RecordedRun run, PlannedScenario plan)
    {
        var reading = new AttemptReading(run.Name, plan);
        foreach (var record in run.AttemptsOf(plan.Id))
            reading.Take(record);
        if (reading.attempts is [.., { Outcome: null, Number: var number }])
            reading.Objection ??= $"attempt {number} started and never finished";
        return reading;
    }

    private void Take(AttemptEvent record)
    {
        switch (record)
        {
            case AttemptStarted e:
                Start(e);
                break;
            case StepStarted e:
                Expect(e.Attempt, "a step");
                if (kept)
                    Object($"attempt {e.Attempt} has a step after its end, while its machines were kept");
                openSteps++;
                break;
            case StepFinished e:
                Expect(e.Attempt, "a step");
                Finish(e);
                break;
            case AttemptHeld e:
                Hold(e);
                break;
            case AttemptFinished e:
                Finish(e);
                break;
        }
    }

    private void Start(AttemptStarted started)
    {
        if (attempts is [.., { Outcome: null, Number: var open }])
            Object($"attempt {started.Attempt} starts before attempt {open} has finished");
        if (started.Attempt != attempts.Count + 1)
            Object($"found attempt {started.Attempt} where attempt {attempts.Count + 1} belongs: an attempt is missing or recorded twice");
        attempts.Add(new(run, started.Attempt, null));
        passedSteps.Clear();
        (openSteps, failedStep, kept) = (0, false, false);
    }

    /// <summary>A hand may have been in all that follows a stop. Machines that are looked at when all is over change nothing.</summary>
    private void Hold(AttemptHeld held)
    {
        Expect(held.Attempt, "a hold");
        kept |= held.Step is null;
        if (held.Step is { } step)
            Object($"attempt {held.Attempt} was stopped by hand before step {step}{(held.Title is null ? "" : $" ({held.Title})")}: its outcome proves nothing; run it without --break");
    }

    private void Finish(StepFinished step)
    {
        openSteps--;
        if (step.Outcome == Outcome.Passed)
            passedSteps.Add(step.Step);
        else
            failedStep = true;
    }

    private void Finish(AttemptFinished finished)
    {
        if (!Expect(finished.Attempt, "an end"))
            return;
        if (!Enum.IsDefined(finished.Outcome))
            Object($"attempt {finished.Attempt} ended with the unknown outcome {(int)finished.Outcome}");
        if (finished.Outcome == Outcome.Passed)
            CheckPass(finished.Attempt);
        attempts[^1] = new(run, finished.Attempt, finished.Outcome, finished.Seconds, finished.Reason, finished.Reproduce, finished.Starvation?.Waited);
    }

    /// <summary>A pass is believed only with every step of the plan seen to pass.</summary>
    private void CheckPass(int attempt)
    {
        var missing = Enumerable.Range(0, plan.Steps.Count + 1).Where(step => !passedSteps.Contains(step)).ToArray();
        if (failedStep)
            Object($"attempt {attempt} is recorded as passed, but one of its steps did not pass");
        else if (missing is [var first, ..])
            Object($"attempt {attempt} is recorded as passed, but {(first == 0 ? "no record shows that its machines came up" : $"no record shows that step {first} ({plan.Steps[first - 1]}) passed")}");
        else if (openSteps != 0)
            Object($"attempt {attempt} is recorded as passed, but a step's start or end is missing from the log");
    }

    private bool Expect(int attempt, string what)
    {
        if (attempts is [.., { Outcome: null, Number: var open }] && open == attempt)
            return true;
        Object($"{what} of attempt {attempt} is recorded while that attempt is not running");
        return false;
    }

    private void Object(string objection) => Objection ??= objection;
}
