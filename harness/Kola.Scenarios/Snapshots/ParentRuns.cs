using System.Collections.Concurrent;
using Kola.Results.Events;
using Kola.Scenarios.Model;

namespace Kola.Scenarios.Snapshots;

/// <summary>Lets forks wait for the parents of the same run: each parent runs once, and its forks go on as soon as it has reached their checkpoint.</summary>
internal sealed class ParentRuns
{
    private readonly Dictionary<(string Parent, string Checkpoint), TaskCompletionSource<string?>> awaited;

    private readonly ConcurrentDictionary<(string Parent, string Checkpoint), string> lacksRoom = [];

    public ParentRuns(IReadOnlyList<ScenarioCase> cases) =>
        awaited = cases.Select(fork => fork.From).OfType<ParentCheckpoint>().Where(from => cases.Any(other => other.Id == from.Parent.Id))
            .Select(from => (from.Parent.Id, from.Checkpoint)).Distinct()
            .ToDictionary(key => key, _ => new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>A parent has passed its checkpoint.</summary>
    /// <param name="noRoom">Why this host had no room to keep it, with the remedy; <see langword="null"/>: it had, or nothing was to be kept.</param>
    public void Reached(string parent, string checkpoint, string? noRoom)
    {
        // Before the forks go on, which ask for it. A parent that was tried again may have found room.
        if (noRoom is null)
            lacksRoom.TryRemove((parent, checkpoint), out _);
        else
            lacksRoom[(parent, checkpoint)] = noRoom;
        if (awaited.TryGetValue((parent, checkpoint), out var forks))
            forks.TrySetResult(null);
    }

    /// <summary>Why this host had no room to keep a checkpoint that a parent of this run has passed; <see langword="null"/>: that is not why it is missing.</summary>
    public string? WhyNoRoom(ParentCheckpoint from) => lacksRoom.GetValueOrDefault((from.Parent.Id, from.Checkpoint));

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
