using System.Diagnostics;
using Kola.Machines.Host;

namespace Kola.Cli.Reporting;

/// <summary>Makes a PNG of a picture where the host can (rsvg-convert).</summary>
internal static class Raster
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Paints it beside the SVG, under the same name.</summary>
    /// <returns>Whether there is a PNG now.</returns>
    public static bool Paint(string svg)
    {
        if (Executables.Find("rsvg-convert") is not { } renderer)
            return false;
        using var process = Process.Start(new ProcessStartInfo(renderer, ["--output", Path.ChangeExtension(svg, "png"), svg]));
        if (process is null)
            return false;
        if (process.WaitForExit(Patience))
            return process.ExitCode == 0;
        process.Kill();
        return false;
    }
}
