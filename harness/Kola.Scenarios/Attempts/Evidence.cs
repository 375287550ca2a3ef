using System.Globalization;
using Kola.Machines.Qemu.Serial;
using Kola.Scenarios.Live;

namespace Kola.Scenarios.Attempts;

/// <summary>Which line of which file shows a failure best.</summary>
internal static class Evidence
{
    /// <summary>More than this is not read for a line's number.</summary>
    private const long MostBytes = 64 << 20;

    /// <summary>The console of the machine that told of a fault, at that line; else of the first machine, at its last line.</summary>
    /// <param name="folder">The attempt's.</param>
    /// <returns>Such as <c>/…/node/console.log:214</c>; <see langword="null"/>: no console was kept.</returns>
    public static string? Of(IReadOnlyList<LiveMachine> machines, string folder)
    {
        if ((machines.FirstOrDefault(live => live.Fault is not null) ?? (machines is [var first, ..] ? first : null)) is not { } live)
            return null;
        var file = Path.Combine(folder, live.Name, SerialConsole.LogName);
        try
        {
            if (!File.Exists(file) || new FileInfo(file).Length > MostBytes)
                return null;
            var (last, fault) = Lines(file, live.FaultLines.LastOrDefault());
            return string.Create(CultureInfo.InvariantCulture, $"{file}:{fault ?? Math.Max(last, 1)}");
        }
        catch (IOException)
        {
            // A failure without its line is still one.
            return null;
        }
    }

    private static (int Last, int? Fault) Lines(string file, string? told)
    {
        // QEMU still writes to it.
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var (last, fault) = (0, (int?)null);
        while (reader.ReadLine() is { } line)
        {
            last++;
            if (told is { Length: > 0 } && line.Contains(told, StringComparison.Ordinal))
                fault = last;
        }

        return (last, fault);
    }
}
