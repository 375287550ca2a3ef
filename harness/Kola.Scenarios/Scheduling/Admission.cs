namespace Kola.Scenarios.Scheduling;

/// <summary>
/// Admits the scenarios of this process one after the other, while fewer than <paramref name="jobs"/> run and the host's budget lasts:
/// first those with the lower place in their run's order, then those that asked before.
/// </summary>
/// <remarks>
/// A scenario's clock starts when it is admitted, so that waiting here never counts against it. The one whose turn it is keeps it until there is
/// room: a large scenario is not starved by small ones behind it.
/// </remarks>
public sealed class Admission(HostBudget budget, int jobs)
{
    private readonly Lock gate = new();
    private readonly LinkedList<Turn> queue = new();
    private bool taken;
    private int running;

    /// <summary>Waits for room. Disposing what it returns gives the room back.</summary>
    /// <param name="place">Place in the run's order.</param>
    /// <param name="run">The name under which other runs see this claim.</param>
    /// <param name="waits">Told what it waits for when that is held by another run.</param>
    /// <exception cref="OperationCanceledException">Cancelled while waiting; nothing is held then.</exception>
    /// <exception cref="Machines.HostException">There never is that much room, or another run keeps it for too long.</exception>
    public async Task<IDisposable> EnterAsync(Demand demand, int place, string run, Action<string> waits, CancellationToken cancellation)
    {
        var turn = new Turn(place);
        lock (gate)
        {
            Queue(turn);
            PassTurn();
        }

        await using var registration = cancellation.Register(() => GiveUp(turn, cancellation));
        await turn.Given.Task;
        try
        {
            var room = await budget.TakeAsync(demand, run, waits, cancellation);
            lock (gate)
                running++;
            return new Place(this, room);
        }
        finally
        {
            lock (gate)
            {
                taken = false;
                PassTurn();
            }
        }
    }

    private void Queue(Turn turn)
    {
        var before = queue.Last;
        while (before is not null && before.Value.Place > turn.Place)
            before = before.Previous;
        if (before is null)
            queue.AddFirst(turn);
        else
            queue.AddAfter(before, turn);
    }

    private void PassTurn()
    {
        if (taken || running >= jobs || queue.First is not { } first)
            return;
        taken = true;
        queue.RemoveFirst();
        first.Value.Given.TrySetResult();
    }

    private void GiveUp(Turn turn, CancellationToken cancellation)
    {
        lock (gate)
            if (queue.Remove(turn))
                turn.Given.TrySetCanceled(cancellation);
    }

    private void Leave()
    {
        lock (gate)
        {
            running--;
            PassTurn();
        }
    }

    private sealed record Turn(int Place)
    {
        public TaskCompletionSource Given { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Place(Admission admission, IDisposable held) : IDisposable
    {
        private int left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) != 0)
                return;
            held.Dispose();
            admission.Leave();
        }
    }
}
