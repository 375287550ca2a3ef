using Kola.Scenarios.Live;
using Kola.Scenarios.Services;
using Kola.Scenarios.Steps.Cluster;

namespace Kola.Scenarios.Steps.Update;

internal static class ServingExecution
{
    public static async Task<string?> ServeAsync(ServeStep step, AttemptServers servers, CancellationToken cancellation)
    {
        await servers.OfferAsync(step, cancellation);
        return $"at {servers.Source(step.Server)}";
    }

    public static string? Lock(FleetLockStep step, AttemptLocks locks)
    {
        locks.Order(step);
        return $"at {locks.Source(step.Server)}";
    }

    public static string? Judge(RequestsStep step, AttemptServers servers)
    {
        var requests = servers.Find(step.Server).RequestsOfOffer;
        var wrong = new List<string>();
        foreach (var expected in step.Seen)
        {
            var count = requests.Count(request => request.Matches(expected.Path) && (expected.Status is null || request.Status == expected.Status));
            var of = $"of {expected.Path}{(expected.Status is { } status ? $" with status {status}" : "")}";
            if (expected.Count is { } exactly ? count != exactly : count == 0)
                wrong.Add($"expected {expected.Count?.ToString() ?? "at least 1"} {of}, got {count}");
        }

        var seen = string.Join(", ", requests.Select(request => $"{request.Path} {request.Status} ({request.BytesSent} bytes, {request.Ending.ToString().ToLowerInvariant()})"));
        return wrong.Count == 0 ? seen : throw new StepFailedException($"requests of {step.Server}: {string.Join("\n", wrong)}\nseen: {(seen.Length == 0 ? "nothing" : seen)}");
    }
}
