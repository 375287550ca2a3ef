using Kola.Machines.Guests;

namespace Kola.Scenarios.Live;

/// <summary>What an update, a fall-back or a rollback must leave as it was: asked before the machine leaves its release, and again when it has come up.</summary>
internal sealed class UpdateInvariants(LiveMachine live)
{
    private GuestInvariants? before;

    /// <summary>Changes that the scenario allows.</summary>
    public IReadOnlyList<InvariantAllowance> Allowed { get; set; } = [];

    /// <summary>Whether the guest was asked, and has not departed since.</summary>
    public bool AreKnown => before is not null;

    /// <summary>Asks the guest how it is now. The last answer before the machine departs counts: what a step changed until then is the scenario's own doing.</summary>
    public async Task RememberAsync(CancellationToken cancellation) => before = await AskAsync(cancellation);

    /// <summary>Another system is there: it has nothing to keep.</summary>
    public void Forget() => before = null;

    /// <summary>Asks again, where the machine was asked before it departed.</summary>
    /// <returns>What was compared, for the log; <see langword="null"/>: nothing.</returns>
    /// <exception cref="StepFailedException">Something has changed that must not.</exception>
    public async Task<string?> CheckAsync(CancellationToken cancellation)
    {
        if (before is not { } then)
            return null;
        before = null;
        var now = await AskAsync(cancellation);
        var changes = InvariantChanges.Of(then, now, Allowed);
        return changes is []
            ? $"machine id, {then.HostKeys.Count} host keys, host name, {then.Etc.Count} files of /etc, journal of {then.Boots.Count} boots, {then.EnabledUnits.Count} enabled units, {then.TrustAnchors.Count} files of trusted keys, {then.Canaries.Count(canary => canary.Value is not null)} watched files are as before"
            : throw new StepFailedException($"{live.Name}: what an update must leave as it is has changed:\n{string.Join("\n", changes)}\nallow it under 'may-change' where the scenario means it");
    }

    private Task<GuestInvariants> AskAsync(CancellationToken cancellation) =>
        live.Machine.GuardAsync("what an update must leave as it is", live.ReadyBound, token => live.Adapter.InvariantsAsync(live.Ssh, live.Watched, token), cancellation);
}
