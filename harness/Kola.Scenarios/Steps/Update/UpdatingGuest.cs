using Kola.Machines;
using Kola.Machines.Guests;
using Kola.Scenarios.Live;
using Kola.Scenarios.Services;

namespace Kola.Scenarios.Steps.Update;

/// <summary>The guest of a machine, as one that updates.</summary>
internal static class UpdatingGuest
{
    /// <exception cref="InputException">The guest's adapter cannot update.</exception>
    public static IUpdatingGuest Of(LiveMachine live) => live.Adapter as IUpdatingGuest
        ?? throw new InputException($"the guest adapter {live.Adapter.Name} of {live.Name} cannot update; expected an image whose adapter can, such as systemd-sysupdate");

    /// <summary>Lets the machine's updates come from a server of the scenario.</summary>
    /// <param name="from">See <see cref="UpdateServers.UpdateSource"/>.</param>
    public static Task PointAsync(MachineStepContext context, string? from, CancellationToken cancellation)
    {
        var guest = Of(context.Live);
        return context.GuardAsync("where updates come from", c => guest.PointAsync(context.Live.Ssh, context.Services.UpdateSource(from, guest), c), cancellation);
    }
}
