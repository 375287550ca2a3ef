using Kola.Machines.Guests;

namespace Kola.Scenarios.Live;

/// <summary>An update of a guest while it runs.</summary>
/// <param name="Before">What was installed when it began.</param>
/// <param name="Report">Its end.</param>
internal sealed record UpdateRun(IReadOnlyList<InstalledRelease> Before, Task<UpdateReport> Report)
{
    /// <param name="background">Whether it goes on after the step that starts it: the source of the step's token is disposed of then.</param>
    /// <param name="step">Cancelled with the step.</param>
    /// <param name="attempt">Cancelled with the attempt.</param>
    public static UpdateRun Start(
        IReadOnlyList<InstalledRelease> before, Func<CancellationToken, Task<UpdateReport>> update, TimeProvider time, bool background, CancellationToken step, CancellationToken attempt)
    {
        var report = TimedAsync(update, time, background ? attempt : step);
        // Its failure may stay unread: a power cut ends an update that nothing waits for.
        _ = report.ContinueWith(ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return new(before, report);
    }

    private static async Task<UpdateReport> TimedAsync(Func<CancellationToken, Task<UpdateReport>> update, TimeProvider time, CancellationToken cancellation)
    {
        var begun = time.GetTimestamp();
        return await update(cancellation) with { Took = time.GetElapsedTime(begun) };
    }
}
