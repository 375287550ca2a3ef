using CliWrap;
using Kola.Machines.Host;

namespace Kola.Machines.Qemu.Tpm;

/// <summary>An swtpm process for one power cycle. Its state folder outlives it, as a TPM's memory does.</summary>
/// <remarks>
/// A clone's TPM is given its state by QEMU before it is initialised. swtpm's <c>--migration</c> (0.8 and later) is not needed for that: it is about
/// two that share one state folder, and here each has its own.
/// </remarks>
internal sealed class SoftwareTpm : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly CancellationTokenSource kill = new();
    private readonly CommandTask<CommandResult> process;
    private readonly TimeProvider time;

    private SoftwareTpm(Command command, TimeProvider time)
    {
        this.time = time;
        process = command.ExecuteAsync(kill.Token);
    }

    /// <summary>Its path.</summary>
    /// <exception cref="HostException">swtpm is missing.</exception>
    public static string Program() => Executables.Require("a machine with a TPM", Package.Swtpm, "swtpm");

    /// <summary>Starts it and waits until it listens: it writes its pid file after it has opened its socket.</summary>
    /// <param name="log">File for what it prints.</param>
    /// <exception cref="HostException">swtpm is missing or does not start.</exception>
    public static async Task<SoftwareTpm> StartAsync(
        ProcessScope scope, string stateFolder, string socket, string log, TimeProvider time, CancellationToken cancellation)
    {
        var program = Program();
        Directory.CreateDirectory(stateFolder);
        var pidFile = $"{socket}.pid";
        File.Delete(socket);
        File.Delete(pidFile);
        using var created = new FileCreation(pidFile);
        // swtpm's options cannot hold a comma in a path: the state's folder goes by the environment, and the rest are names in the working folder (swtpm(8)).
        var command = scope.Wrap(program, ["socket", "--tpm2", "--ctrl", $"type=unixio,path={Path.GetFileName(socket)}", "--pid", $"file={Path.GetFileName(pidFile)}", "--terminate"], Path.GetFullPath(log))
            .WithWorkingDirectory(Path.GetDirectoryName(socket)!)
            .WithEnvironmentVariables(environment => environment.Set("TPM_PATH", Path.GetFullPath(stateFolder)));
        var tpm = Launch(command, time);
        try
        {
            if (await Task.WhenAny(created.Seen, tpm.Ended()).WaitAsync(Patience, time, cancellation) != created.Seen)
                throw new HostException($"swtpm ended at once: {LogTail.Read(log)}; see {log}");
            return tpm;
        }
        catch (Exception e)
        {
            await tpm.DisposeAsync();
            if (e is TimeoutException)
                throw new HostException($"swtpm was not ready within {Patience.TotalSeconds:0} s; see {log}", e);
            throw;
        }
    }

    /// <summary>It ends by itself when QEMU's connection does; after a bound it is killed.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Ended().WaitAsync(TimeSpan.FromSeconds(2), time);
        }
        catch (TimeoutException)
        {
            await kill.CancelAsync();
            await Ended();
        }

        process.Dispose();
        kill.Dispose();
    }

    private static SoftwareTpm Launch(Command command, TimeProvider time) => new(command, time);

    /// <summary>Never fails: a killed process has ended as well.</summary>
    private Task Ended() => process.Task.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
}
