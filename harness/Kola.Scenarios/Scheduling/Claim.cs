using System.Globalization;

namespace Kola.Scenarios.Scheduling;

/// <summary>A part of the host's budget that a run holds or waits for. It is the name of a file: a name is never half written.</summary>
/// <param name="Number">Order in which the claims were made.</param>
/// <param name="Run">The run that made it.</param>
internal sealed record Claim(long Number, Demand Demand, string Run)
{
    public string FileName => string.Create(CultureInfo.InvariantCulture, $"{Number:D10}.{Demand.Cpus}.{Demand.MemoryBytes}.{Math.Ceiling(Demand.Longest.TotalSeconds):0}.{Run}");

    /// <returns><see langword="null"/>: it is not a claim.</returns>
    public static Claim? Parse(string fileName) =>
        fileName.Split('.', 5) is [var number, var cpus, var bytes, var longest, var run]
        && long.TryParse(number, CultureInfo.InvariantCulture, out var parsedNumber)
        && int.TryParse(cpus, CultureInfo.InvariantCulture, out var parsedCpus)
        && long.TryParse(bytes, CultureInfo.InvariantCulture, out var parsedBytes)
        && long.TryParse(longest, CultureInfo.InvariantCulture, out var seconds) && seconds <= Demand.Unbounded.TotalSeconds
            ? new(parsedNumber, new(parsedCpus, parsedBytes) { Longest = TimeSpan.FromSeconds(seconds) }, run)
            : null;
}
