using Kola.Machines;

namespace Kola.Scenarios.Attempts;

/// <summary>Waits with a bound that holds also when the awaited work hangs. Abandoned work continues in the background, and its result is ignored.</summary>
internal static class Bounded
{
    /// <summary>Runs the work, also its part before the first await, away from the caller.</summary>
    /// <param name="awaiting">What is awaited, as it follows "waiting for".</param>
    /// <exception cref="HostException">It has not ended within the bound.</exception>
    public static async Task RunAsync(string awaiting, TimeSpan bound, TimeProvider time, Func<Task> work)
    {
        var running = Task.Run(work);
        try
        {
            await running.WaitAsync(bound, time);
        }
        catch (TimeoutException) when (!running.IsCompleted)
        {
            Forget(running);
            throw new HostException($"timed out after {bound.TotalSeconds:0} s waiting for {awaiting}");
        }
    }

    /// <summary>Runs work that is to end soon once it is cancelled.</summary>
    /// <param name="awaiting">As above; asked when it is needed.</param>
    /// <param name="grace">From the cancellation to the end.</param>
    /// <exception cref="HostException">It still runs after it was cancelled.</exception>
    public static async Task UntilCancelledAsync(Func<string> awaiting, TimeSpan grace, TimeProvider time, Func<Task> work, CancellationToken cancellation)
    {
        var running = Task.Run(work, CancellationToken.None);
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (cancellation.Register(() => cancelled.TrySetResult()))
            await Task.WhenAny(running, cancelled.Task);
        if (running.IsCompleted)
            await running;
        else
            await RunAsync(awaiting(), grace, time, () => running);
    }

    private static void Forget(Task abandoned) =>
        _ = abandoned.ContinueWith(ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
}
