using Kola.Machines;
using Kola.Results.Events;

namespace Kola.Cli;

/// <summary>Runs that were made earlier, here or elsewhere.</summary>
internal static class RecordedRuns
{
    /// <summary>A run's folder, given by path or by name below the state's runs.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static string Folder(Checkout checkout, string run) =>
        Find(checkout, run)
            ?? throw new InputException($"run {run} not found: it is neither a folder with {EventLog.FileName} nor a name below {Path.Combine(checkout.Locations.State, "runs")}");

    /// <summary>As <see cref="Folder"/>; <see langword="null"/> when there is none.</summary>
    public static string? Find(Checkout checkout, string run) =>
        new[] { run, Path.Combine(checkout.Locations.State, "runs", run) }.FirstOrDefault(folder => File.Exists(Path.Combine(folder, EventLog.FileName)));
}
