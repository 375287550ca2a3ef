using Kola.Results.Events;

namespace Kola.Results.Stories;

/// <summary>Puts one scenario's records into its attempts and steps.</summary>
internal sealed class ScenarioTeller(PlannedScenario plan)
{
    private readonly List<AttemptStory> attempts = [];
    private List<StepStory> steps = [];

    /// <summary>When the attempt was over, where its machines were kept after that.</summary>
    private DateTimeOffset? ended;

    public PlannedScenario Plan => plan;

    public ScenarioStory Story => new(plan, attempts);

    public void Take(AttemptEvent record)
    {
        switch (record)
        {
            case AttemptStarted e:
                // The attempt's own list: it grows with the records that follow.
                (steps, ended) = ([], null);
                attempts.Add(new() { Number = e.Attempt, Start = e.At, Stop = e.At, Steps = steps });
                break;
            case StepStarted e:
                steps.Add(new() { Begin = e, Stop = e.At, Meanwhile = [] });
                break;
            case StepFinished e when steps.FindLastIndex(s => s.Begin.Step == e.Step && s.Outcome is null) is >= 0 and var index:
                steps[index] = steps[index] with { Stop = e.At, Outcome = e.Outcome, Detail = e.Detail };
                break;
            case MachineChanged e:
                Meanwhile(e.At, $"{e.Machine} {e.State}{After(e.Detail)}");
                break;
            case MachineOrigin e:
                Meanwhile(e.At, $"{e.Machine} came up {(e.Path == "cold" ? "by booting" : $"as a {e.Path}")}{After(e.Reason)}");
                break;
            case NetworkChanged e:
                Meanwhile(e.At, $"network {e.Network}: {Wording.Conditions(e)}");
                break;
            case WatchStarted e:
                Meanwhile(e.At, $"watch {e.Watch}: {string.Join(", ", e.Machines.Select(machine => machine.Name))}, at most {e.AtMostDown} down");
                break;
            case LockDecided e:
                Meanwhile(e.At, $"{e.Server}: {e.Client} {(e.Holds ? "holds" : "gave back")} a slot of {e.Group}");
                break;
            case WriteTried { Succeeded: false } e:
                Meanwhile(e.At, $"{e.Watch}: no write on {e.Machine}{After(e.Detail)}");
                break;
            case WatchEnded e:
                Meanwhile(e.At, $"watch {e.Watch}: {e.Broken ?? $"all held; {e.Writes} writes, {e.FailedWrites} failed, at most {Wording.Seconds(e.LongestGap)} apart"}");
                break;
            case ConsoleFault e:
                Meanwhile(e.At, $"{e.Machine} console: {e.Fault}{(e.Allowed ? " (allowed)" : "")}: {e.Line}");
                break;
            case AttemptHeld e:
                ended ??= e.Step is null ? e.At : null;
                Meanwhile(e.At, e.Step is { } next ? $"stopped by hand before step {next}: what follows proves nothing" : "has ended; its machines are kept for a person");
                break;
            case AttemptReleased e:
                Meanwhile(e.At, $"goes on after {Wording.Seconds(e.Seconds)}");
                break;
            case AttemptFinished e when attempts.Count > 0:
                attempts[^1] = attempts[^1] with { Outcome = e.Outcome, Reason = Wording.Reason(e), Reproduce = e.Reproduce, Files = [.. e.Files.Where(IsBelow)] };
                break;
            default:
                return;
        }

        if (attempts.Count > 0)
            attempts[^1] = attempts[^1] with { Stop = ended ?? record.At };
    }

    private void Meanwhile(DateTimeOffset at, string line)
    {
        if (steps is [.., var last])
            steps[^1] = last with { Meanwhile = [.. last.Meanwhile, (at, line)] };
    }

    /// <summary>A log that was altered shall not make a report show other files than the run's.</summary>
    private static bool IsBelow(string file) => !Path.IsPathRooted(file) && !file.Split('/').Contains("..");

    private static string After(string? detail) => string.IsNullOrEmpty(detail) ? "" : $": {detail}";
}
