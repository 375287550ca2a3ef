namespace Kola.Scenarios.Scheduling;

/// <summary>What a scenario takes of the host while it runs.</summary>
/// <param name="Cpus">Sum of its machines' virtual CPUs.</param>
/// <param name="MemoryBytes">Sum of its machines' memory, with what QEMU itself needs.</param>
public sealed record Demand(int Cpus, long MemoryBytes);

/// <summary>
/// Admits scenarios while the host's CPUs and memory last, in the order they asked. One that wants more than there is runs alone.
/// </summary>
/// <remarks>A scenario's clock starts when it is admitted, so that waiting here never counts against it.</remarks>
public sealed class Admission(Demand budget, int jobs)
{
    private readonly Lock gate = new();
    private readonly LinkedList<Request> queue = new();
    private int running;
    private int cpus;
    private long memory;

    /// <summary>Waits for room. Disposing what it returns gives the room back.</summary>
    /// <exception cref="OperationCanceledException">Cancelled while waiting; nothing is held then.</exception>
    public async Task<IDisposable> EnterAsync(Demand demand, CancellationToken cancellation)
    {
        var request = new Request(demand);
        lock (gate)
        {
            queue.AddLast(request);
            AdmitFirst();
        }

        await using var registration = cancellation.Register(() =>
        {
            lock (gate)
            {
                if (queue.Remove(request))
                {
                    request.Granted.TrySetCanceled(cancellation);
                    AdmitFirst();
                }
            }
        });
        await request.Granted.Task;
        return new Room(this, demand);
    }

    private void AdmitFirst()
    {
        // Strictly in order: a large scenario at the head is not starved by small ones behind it.
        while (queue.First is { } first && Fits(first.Value.Demand))
        {
            queue.RemoveFirst();
            running++;
            cpus += first.Value.Demand.Cpus;
            memory += first.Value.Demand.MemoryBytes;
            first.Value.Granted.TrySetResult();
        }
    }

    private bool Fits(Demand demand) =>
        running == 0
        || (running < jobs && cpus + demand.Cpus <= budget.Cpus && memory + demand.MemoryBytes <= budget.MemoryBytes);

    private void Leave(Demand demand)
    {
        lock (gate)
        {
            running--;
            cpus -= demand.Cpus;
            memory -= demand.MemoryBytes;
            AdmitFirst();
        }
    }

    private sealed record Request(Demand Demand)
    {
        public TaskCompletionSource Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Room(Admission admission, Demand demand) : IDisposable
    {
        private int left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) == 0)
                admission.Leave(demand);
        }
    }
}
