using Kola.Machines;
using Kola.Machines.Host;

namespace Kola.Scenarios.Scheduling;

/// <summary>The budget at one moment, while nobody can change it.</summary>
/// <param name="Budget">What there is for all.</param>
/// <param name="Admitted">What is held.</param>
/// <param name="Waiting">What is waited for.</param>
internal sealed record BudgetView(Demand Budget, IReadOnlyList<Claim> Admitted, IReadOnlyList<Claim> Waiting)
{
    /// <summary>Who has waited longest.</summary>
    public Claim? Next => Waiting.MinBy(claim => claim.Number);

    /// <summary>A number above all others.</summary>
    public long Unused => Admitted.Concat(Waiting).Select(claim => claim.Number).DefaultIfEmpty().Max() + 1;

    /// <exception cref="HostException">Not even an idle host has room for it.</exception>
    public void ThrowIfNeverFits(Demand demand)
    {
        if (demand.MemoryBytes > Budget.MemoryBytes)
            throw new HostException($"the scenario's machines need {demand.MemoryMebibytes} MiB together, and this host has {Budget.MemoryMebibytes} MiB for machines; give them less ('memory:'), or run it on a larger host");
    }

    public bool Fits(Demand demand) => Fits(demand, Admitted.Count == 0 ? int.MaxValue : Budget.Cpus);

    /// <summary>
    /// Whether there is room beside machines that hold the processors and do not use them. No more than so many are ever admitted: of N busy virtual processors on C real ones each waits the
    /// share 1 - C / N, and from <see cref="Starvation.SevereWait"/> on what comes late says nothing.
    /// </summary>
    public bool FitsBesideIdle(Demand demand) => Fits(demand, (int)(Budget.Cpus / (1 - Starvation.SevereWait)));

    private bool Fits(Demand demand, int cpus)
    {
        var all = Demand.Sum(Admitted.Select(claim => claim.Demand).Append(demand));
        return all.MemoryBytes <= Budget.MemoryBytes && all.Cpus <= cpus;
    }

    /// <summary>Who was admitted last; 0: nobody.</summary>
    public long Newest => Admitted.Select(claim => claim.Number).DefaultIfEmpty().Max();

    /// <summary>What a claim waits for, as far as other runs have it; empty when only its own run has.</summary>
    public string WhyNot(Demand demand, Claim ticket)
    {
        if (Next is { } next && next != ticket && next.Number < ticket.Number && next.Run != ticket.Run)
            return $"waiting behind run {next.Run}, which waits for {next.Demand.Processors} and {next.Demand.MemoryMebibytes} MiB";
        var others = Admitted.Where(claim => claim.Run != ticket.Run).ToArray();
        if (others.Length == 0)
            return "";
        var held = Demand.Sum(Admitted.Select(claim => claim.Demand));
        var missing = new Demand(held.Cpus + demand.Cpus - Budget.Cpus, held.MemoryBytes + demand.MemoryBytes - Budget.MemoryBytes);
        string[] lacking = [.. missing.MemoryBytes > 0 ? [$"{missing.MemoryMebibytes} MiB"] : (IEnumerable<string>)[], .. missing.Cpus > 0 ? [missing.Cpus >= demand.Alone.Cpus / 2 ? "the whole host" : $"{missing.Cpus} CPUs"] : (IEnumerable<string>)[]];
        return $"waiting for {string.Join(" and ", lacking)} held by run {string.Join(", ", others.Select(claim => claim.Run).Distinct())}";
    }
}
