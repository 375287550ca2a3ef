using Kola.Machines;
using Kola.Machines.Guests;
using Kola.Scenarios.Live;

namespace Kola.Scenarios.Steps.Update;

/// <summary>The guest of a machine, as one that updates.</summary>
internal static class UpdatingGuest
{
    /// <exception cref="InputException">The guest's adapter cannot update.</exception>
    public static IUpdatingGuest Of(LiveMachine live) => live.Adapter as IUpdatingGuest
        ?? throw new InputException($"the guest adapter {live.Adapter.Name} of {live.Name} cannot update; expected an image whose adapter can, such as systemd-sysupdate");
}
