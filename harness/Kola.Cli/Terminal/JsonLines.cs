using Kola.Results.Events;

namespace Kola.Cli.Terminal;

/// <summary>The event records as they stand in the log, for scripts.</summary>
internal sealed class JsonLines(TextWriter output) : IRunProgress
{
    public void Show(RunEvent record)
    {
        output.WriteLine(EventLog.ToLine(record));
        output.Flush();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
