using Kola.Results.Events;
using Kola.Scenarios.Model;

namespace Kola.Scenarios.Runs;

/// <summary>Lets forks wait for the parents of the same run: each parent runs once, and its forks go on as soon as it has reached their checkpoint.</summary>
internal sealed class ParentRuns
{
    private readonly Dictionary<(string Parent, string Checkpoint), TaskCompletionSource<string?>> awaited;

    public ParentRuns(IReadOnlyList<ScenarioCase> cases) =>
        awaited = cases.Select(fork => fork.From).OfType<ParentCheckpoint>().Where(from => cases.Any(other => other.Id == from.Parent.Id))
            .Select(from => (from.Parent.Id, from.Checkpoint)).Distinct()
            .ToDictionary(key => key, _ => new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>A parent has passed its checkpoint.</summary>
    public void Reached(string parent, string checkpoint)
    {
        if (awaited.TryGetValue((parent, checkpoint), out var forks))
            forks.TrySetResult(null);
    }

    /// <summary>A parent has ended; what it has not reached it never will.</summary>
    /// <param name="attempt"><see langword="null"/>: it was never tried.</param>
    public void Ended(string parent, AttemptFinished? attempt)
    {
        var why = attempt is null ? "was not tried" : $"ended before it, {attempt.Outcome.ToString().ToLowerInvariant()}: {attempt.Reason?.Split('\n')[0]}";
        foreach (var (_, forks) in awaited.Where(pair => pair.Key.Parent == parent))
            forks.TrySetResult(why);
    }

    /// <summary>Waits for the checkpoint that a scenario goes on from. Returns why there is none; <see langword="null"/> when it may start.</summary>
    public async Task<string?> WhyNotAsync(ScenarioCase fork, CancellationToken cancellation)
    {
        if (fork.From is not { } from || !awaited.TryGetValue((from.Parent.Id, from.Checkpoint), out var reached))
            return null;
        return await reached.Task.WaitAsync(cancellation) is { } why ? $"it continues from checkpoint '{from.Checkpoint}' of {from.Parent.Id}, which {why}" : null;
    }
}
