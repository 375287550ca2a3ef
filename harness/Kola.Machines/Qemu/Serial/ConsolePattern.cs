using System.Text.RegularExpressions;

namespace Kola.Machines.Qemu.Serial;

/// <summary>A line of the console that ends waits at once.</summary>
/// <param name="Name">As scenarios allow it, such as <c>kernel-panic</c>.</param>
/// <param name="Pattern">Tried on each whole line, without escape sequences.</param>
/// <param name="HostWhenStarved">Whether a starved host makes it of any guest: the guest's own watchdog or timer check fired.</param>
/// <param name="HostWhenEmulated">Whether a busy host makes it of an emulated guest, so that it is no failure of the product there.</param>
public sealed record ConsolePattern(string Name, Regex Pattern, bool HostWhenEmulated = false, bool HostWhenStarved = false);
