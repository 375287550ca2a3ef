using System.Collections.Concurrent;

namespace Kola.Tests.Scenarios.Attempts;

/// <summary>The real time, some of whose timers come at another time, when the test says so, or cannot be made.</summary>
/// <param name="due">From when a timer is due, and who asks for it (a stack trace), to when it comes; infinite: not before <see cref="Fire"/>. It may throw.</param>
internal sealed class AwkwardTime(Func<TimeSpan, Func<string>, TimeSpan> due) : TimeProvider
{
    private readonly ConcurrentQueue<(TimerCallback Callback, object? State)> held = new();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var comes = due(dueTime, () => Environment.StackTrace);
        if (comes == Timeout.InfiniteTimeSpan && dueTime != comes)
            held.Enqueue((callback, state));
        return base.CreateTimer(callback, state, comes, period);
    }

    /// <summary>Lets the timers come that were made infinite, on a thread of their own.</summary>
    public void Fire()
    {
        foreach (var (callback, state) in held)
            _ = Task.Run(() => callback(state));
    }
}
