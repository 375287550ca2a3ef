using Kola.Machines.Guests;

namespace Kola.Scenarios.Live;

/// <summary>An update of a guest while it runs.</summary>
/// <param name="Before">What was installed when it began.</param>
/// <param name="Report">Its end.</param>
internal sealed record UpdateRun(IReadOnlyList<InstalledRelease> Before, Task<UpdateReport> Report)
{
    public static UpdateRun Start(IReadOnlyList<InstalledRelease> before, Func<CancellationToken, Task<UpdateReport>> update, CancellationToken cancellation)
    {
        var report = update(cancellation);
        // Nobody may ask for it: a power cut ends it in mid-air.
        _ = report.ContinueWith(ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return new(before, report);
    }
}
