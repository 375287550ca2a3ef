using System.Globalization;
using System.Text.RegularExpressions;
using Kola.Machines.Qemu.Qmp;

namespace Kola.Machines.Ssh;

/// <summary>The guest's side of QEMU's user network, asked of QEMU's monitor.</summary>
internal sealed partial class UserNetworkLink : IGuestLink
{
    private readonly Machine machine;

    public UserNetworkLink(Machine machine)
    {
        this.machine = machine;
        machine.Changed += change =>
        {
            if (change.State is "reset" or "stopped" or "died")
                Broken?.Invoke();
        };
    }

    /// <inheritdoc/>
    public event Action? Broken;

    [GeneratedRegex(@"TCP\[ESTABLISHED\]\s+\d+\s+[\d.]+\s+\d+\s+[\d.]+\s+(?<guest>\d+)")]
    private static partial Regex Established { get; }

    /// <inheritdoc/>
    public async Task<bool> IsUpAsync(CancellationToken cancellationToken)
    {
        var filters = await machine.Qmp.ExecuteAsync(new QueryRxFilter(), cancellationToken);
        return filters.Any(f => !f.Promiscuous);
    }

    /// <inheritdoc/>
    public async Task<bool> HasAcceptedAsync(CancellationToken cancellationToken)
    {
        var connections = await machine.Qmp.ExecuteAsync(new HumanMonitorCommand("info usernet"), cancellationToken);
        return IsEstablished(connections, machine.Spec.Network.SshPort);
    }

    internal static bool IsEstablished(string connections, int guestPort) =>
        Established.Matches(connections).Any(m => int.Parse(m.Groups["guest"].ValueSpan, CultureInfo.InvariantCulture) == guestPort);
}
