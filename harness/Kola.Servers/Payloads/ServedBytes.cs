namespace Kola.Servers.Payloads;

/// <summary>Lets others wait until so much has been served. Safe for use by several tasks.</summary>
internal sealed class ServedBytes
{
    private readonly Lock gate = new();
    private readonly List<(Func<bool> Reached, TaskCompletionSource Signal)> waiters = [];

    /// <summary>Something was sent.</summary>
    public void Look()
    {
        lock (gate)
        {
            foreach (var (reached, signal) in waiters)
                if (reached())
                    signal.TrySetResult();
            waiters.RemoveAll(waiter => waiter.Signal.Task.IsCompleted);
        }
    }

    public async Task WaitAsync(Func<bool> reached, CancellationToken cancellation)
    {
        // A continuation must not run in the middle of an answer.
        var waiter = (reached, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (gate)
            waiters.Add(waiter);
        Look();
        try
        {
            await waiter.Item2.Task.WaitAsync(cancellation);
        }
        finally
        {
            lock (gate)
                waiters.Remove(waiter);
        }
    }
}
