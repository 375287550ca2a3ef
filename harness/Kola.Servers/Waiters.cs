namespace Kola.Servers;

/// <summary>Lets others wait until something holds of a server. Safe for use by several tasks.</summary>
internal sealed class Waiters
{
    private readonly Lock gate = new();
    private readonly List<(Func<bool> Holds, TaskCompletionSource Signal)> waiters = [];

    /// <summary>Something has changed.</summary>
    public void Look()
    {
        lock (gate)
        {
            foreach (var (holds, signal) in waiters)
                if (holds())
                    signal.TrySetResult();
            waiters.RemoveAll(waiter => waiter.Signal.Task.IsCompleted);
        }
    }

    public async Task WaitAsync(Func<bool> holds, CancellationToken cancellation)
    {
        // A continuation must not run in the middle of an answer.
        var waiter = (holds, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
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
