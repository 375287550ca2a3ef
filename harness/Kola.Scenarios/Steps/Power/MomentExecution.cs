using Kola.Scenarios.Attempts;
using Kola.Scenarios.Live;
using Kola.Scenarios.Services;
using Kola.Scenarios.Steps.Guest;

namespace Kola.Scenarios.Steps.Power;

/// <summary>Waits for the moment at which something is done to a machine.</summary>
internal static class MomentExecution
{
    /// <summary>Returns what was seen. An update in the background that ends before makes the moment come never.</summary>
    public static Task<string?> AwaitAsync(Moment moment, StepContext context, AttemptServers servers, CancellationToken cancellation)
    {
        var from = context.Live.Machine.Console.Position;
        return context.Live.Machine.GuardAsync<string?>($"the moment {moment.Title}", context.Bound, async c =>
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(c);
            var reached = ReachedAsync(moment, from, context, servers, over.Token);
            Task ends = context.Live.Update?.Report ?? Task.Delay(Timeout.InfiniteTimeSpan, context.Time, over.Token);
            var first = await Task.WhenAny(reached, ends);
            if (first != reached)
                throw new StepFailedException($"the update ended before the moment {moment.Title}: {CommandExecution.Tail((await context.Live.Update!.Report).Output)}");
            var seen = await reached;
            await over.CancelAsync();
            return seen;
        }, cancellation);
    }

    private static async Task<string> ReachedAsync(Moment moment, long from, StepContext context, AttemptServers servers, CancellationToken cancellation)
    {
        if (moment.Console is { } pattern)
            return (await context.Live.Machine.Console.WaitForAsync(pattern.ToRegex(), from, cancellation)).Line.Trim();
        var server = servers.Find(moment.Server);
        var wanted = await server.WaitForServedAsync(moment.Of, moment.Served!.Value, cancellation);
        return $"{server.ServedOf(moment.Of)} bytes of {moment.Of} were served ({wanted} awaited)";
    }
}
