using Kola.Machines.Ssh;

namespace Kola.Machines.Guests;

/// <summary>What ready means for one wait.</summary>
public sealed record ReadyOptions
{
    /// <summary>Real time: scale bounds written for KVM by <see cref="Host.Accelerator.Scale"/>.</summary>
    public required TimeSpan Bound { get; init; }

    /// <summary>Full names of units that may have failed.</summary>
    public IReadOnlyList<string> AllowedFailedUnits { get; init; } = [];
}

/// <summary>A machine that is ready.</summary>
public sealed record ReadyReport
{
    public required string BootId { get; init; }

    /// <summary><c>running</c> or <c>degraded</c>.</summary>
    public required string SystemState { get; init; }

    /// <summary>All that failed; only allowed ones.</summary>
    public required IReadOnlyList<string> FailedUnits { get; init; }

    /// <summary>From the call to the finished SSH handshake.</summary>
    public required TimeSpan ToSsh { get; init; }

    /// <summary>From the call to the last condition.</summary>
    public required TimeSpan ToReady { get; init; }
}

/// <summary>How to restart a guest.</summary>
public enum RebootManner
{
    /// <summary>The guest reboots itself in good order.</summary>
    Soft,

    /// <summary>The reset button.</summary>
    Hard,

    /// <summary>The guest restarts its user space; the kernel, and with it the boot id, stays.</summary>
    UserSpace,
}

/// <summary>A condition of readiness did not come to hold in time.</summary>
public sealed class NotReadyException(string machine, string awaiting, string seen, MachineTimeoutException inner)
    : GuestException($"{inner.Message}\n{machine}: last seen while waiting for {awaiting}: {seen}", inner), IStarvable
{
    /// <inheritdoc/>
    public TimeSpan? Waited => inner.Bound;

    /// <summary>The condition that was missing, and what the guest was busy with.</summary>
    public string Seen { get; } = seen;
}

/// <summary>The guest started, and units failed that may not.</summary>
/// <param name="machine">Its name.</param>
/// <param name="journals">See <see cref="Journals"/>.</param>
/// <param name="tooSlow">Whether all of them failed because they were too slow, by the guest's clock.</param>
public sealed class UnitsFailedException(string machine, IReadOnlyDictionary<string, IReadOnlyList<string>> journals, bool tooSlow)
    : GuestException($"{machine}: failed units: {string.Join(", ", journals.Keys)}\n{Tell(journals)}Correct them, or allow them to fail in the scenario."), IStarvable
{
    /// <summary>The last journal lines of each failed unit.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Journals { get; } = journals;

    /// <inheritdoc/>
    public TimeSpan? Waited => tooSlow ? MachineFault.LookBack : null;

    /// <summary>Asks the guest for the last journal lines of units that failed. What it cannot tell is no reason not to name them.</summary>
    public static async Task<UnitsFailedException> OfAsync(string machine, IGuestAdapter adapter, SshSession ssh, IEnumerable<string> units, CancellationToken cancellationToken)
    {
        var journals = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var unit in units)
        {
            try
            {
                journals[unit] = await adapter.JournalAsync(ssh, unit, 5, cancellationToken);
            }
            catch (GuestException e)
            {
                journals[unit] = [e.Message];
            }
        }

        return new(machine, journals, journals.Values.All(lines => lines.Any(adapter.SaysTimedOut)));
    }

    private static string Tell(IReadOnlyDictionary<string, IReadOnlyList<string>> journals) =>
        string.Concat(journals.Select(j => $"  {j.Key}:\n{string.Concat(j.Value.Select(line => $"    {line}\n"))}"));
}
