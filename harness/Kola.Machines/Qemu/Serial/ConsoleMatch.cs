using System.Text.RegularExpressions;

namespace Kola.Machines.Qemu.Serial;

/// <summary>Text that was waited for.</summary>
/// <param name="Line">The line it stands in, as far as it had come.</param>
/// <param name="Position">Where the match begins.</param>
/// <param name="End">Where it ends: what comes after is waited for from here.</param>
public sealed record ConsoleMatch(Match Match, string Line, long Position, long End);

/// <summary>A line that a <see cref="ConsolePattern"/> knows.</summary>
/// <param name="Name">The pattern's name.</param>
/// <param name="Position">Of the line.</param>
/// <param name="HostWhenEmulated"><see cref="ConsolePattern.HostWhenEmulated"/>.</param>
/// <param name="HostWhenStarved"><see cref="ConsolePattern.HostWhenStarved"/>.</param>
public sealed record ConsoleFaultSeen(string Name, string Line, long Position, bool HostWhenEmulated = false, bool HostWhenStarved = false);
