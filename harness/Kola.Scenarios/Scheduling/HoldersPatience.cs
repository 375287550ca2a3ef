using Kola.Machines;

namespace Kola.Scenarios.Scheduling;

/// <summary>How long to wait for those who hold the budget: while any comes or goes, and then for as long as the longest of them may take.</summary>
internal sealed class HoldersPatience(TimeProvider time)
{
    private string seen = "";
    private long since = time.GetTimestamp();

    /// <param name="mine">The claim that waits; what comes and goes behind it makes no room.</param>
    /// <param name="why">What it waits for.</param>
    /// <exception cref="HostException">Nothing has changed for longer than any of them said that it would take.</exception>
    public void ThrowIfOver(BudgetView view, Claim mine, string why)
    {
        Claim[] before = [.. view.Admitted, .. view.Waiting.Where(claim => claim.Number < mine.Number)];
        if (string.Join('/', before.Select(claim => claim.FileName).Order(StringComparer.Ordinal)) is var now && now != seen)
            (seen, since) = (now, time.GetTimestamp());
        var longest = before.Select(claim => claim.Demand.Longest).DefaultIfEmpty(mine.Demand.Longest).Max();
        if (time.GetElapsedTime(since) > longest)
            throw new HostException($"timed out after {longest.TotalMinutes:0} min waiting for room on this host: {(why.Length > 0 ? why : "this run's own scenarios hold it")}; stop that run, or start this one when it is over");
    }
}
