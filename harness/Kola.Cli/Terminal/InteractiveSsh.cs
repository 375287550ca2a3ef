using System.Diagnostics;
using Kola.Machines;

namespace Kola.Cli.Terminal;

/// <summary>OpenSSH's client on the user's own terminal.</summary>
internal static class InteractiveSsh
{
    /// <summary>Hands the terminal over until the user logs out; returns the client's exit code.</summary>
    /// <remarks>Not by CliWrap: it always redirects, and an interactive client needs the terminal itself.</remarks>
    public static async Task<int> RunAsync(IReadOnlyList<string> command, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(command[0]) { UseShellExecute = false };
        foreach (var argument in command.Skip(1))
            start.ArgumentList.Add(argument);
        Process? process;
        try
        {
            process = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new HostException("ssh is not installed; install openssh-client to attach", e);
        }

        using (process)
        {
            await process!.WaitForExitAsync(cancellation);
            return process.ExitCode;
        }
    }
}
