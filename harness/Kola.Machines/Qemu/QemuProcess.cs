using CliWrap;
using Kola.Machines.Host;

namespace Kola.Machines.Qemu;

/// <summary>A running QEMU. What it prints goes to its log by itself, so that the log is whole even when the harness is not.</summary>
internal sealed class QemuProcess : IDisposable
{
    private readonly CancellationTokenSource kill = new();
    private readonly CommandTask<CommandResult> command;
    private readonly string log;
    private readonly long logStart;

    private QemuProcess(Command command, string log)
    {
        this.log = log;
        logStart = File.Exists(log) ? new FileInfo(log).Length : 0;
        this.command = command.ExecuteAsync(kill.Token);
        Exited = ExitAsync();
    }

    public int Pid => command.ProcessId;

    /// <summary>The exit code; 128 + n when signal n killed it.</summary>
    public Task<int> Exited { get; }

    public static QemuProcess Start(ProcessScope scope, string program, IReadOnlyList<string> arguments, string log) =>
        new(scope.Wrap(program, arguments, log), log);

    /// <summary>SIGKILL. Returns at once, also when it has ended already.</summary>
    public void Kill()
    {
        try
        {
            kill.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself at the same moment.
        }
    }

    /// <summary>The last lines it printed.</summary>
    public string Said() => LogTail.Read(log, logStart);

    /// <summary>After <see cref="Exited"/>.</summary>
    public void Dispose()
    {
        command.Dispose();
        kill.Dispose();
    }

    private async Task<int> ExitAsync()
    {
        try
        {
            return (await command).ExitCode;
        }
        catch (OperationCanceledException)
        {
            return 128 + 9;
        }
    }
}
