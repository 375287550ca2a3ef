using Kola.Scenarios.Runs;

namespace Kola.Cli.Terminal;

/// <summary>A person with a machine of their own.</summary>
internal static class SpawnedSession
{
    /// <summary>Says how to log in, and attaches where this is a terminal; else waits until the machine is gone or the command is stopped.</summary>
    public static async Task<int> HoldAsync(SpawnedMachine machine, string name, CancellationToken cancellation)
    {
        Console.WriteLine(string.Join(' ', machine.SshCommand));
        Console.Error.WriteLine($"console: {Path.Combine(machine.Folder, name, "console.log")}");
        if (!Console.IsInputRedirected && !Console.IsOutputRedirected)
            return await InteractiveSsh.RunAsync(machine.SshCommand, cancellation);
        Console.Error.WriteLine("the machine runs until it is shut down or this command is stopped (Ctrl-C)");
        await machine.Gone.WaitAsync(cancellation);
        return ExitCode.Passed;
    }
}
