using Kola.Machines;
using Kola.Results.Events;

namespace Kola.Scenarios.Runs;

/// <summary>
/// A run's event log. Records come from every thread, also from machines that are just going: a record that cannot be kept does not throw
/// there, it stops the run, whose end then tells.
/// </summary>
/// <param name="stop">Stops the run.</param>
internal sealed class RunRecord(EventLog log, CancellationTokenSource stop) : IAsyncDisposable
{
    private Exception? failure;

    public void Write(RunEvent record)
    {
        try
        {
            log.Write(record);
        }
        catch (Exception e)
        {
            // Also what whoever follows the run throws: what is not shown must not look as if it had not happened.
            if (Interlocked.CompareExchange(ref failure, e, null) is null)
                stop.Cancel();
        }
    }

    /// <exception cref="HostException">A record could not be kept, or could not be shown to whoever follows the run.</exception>
    public void ThrowIfTorn()
    {
        if (failure is not null)
            throw new HostException($"the run was stopped because its record cannot be kept: {failure.Message}; free some space where the state (KOLA_STATE_DIR) and standard output go", failure);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await log.DisposeAsync();
        }
        catch (IOException) when (failure is not null)
        {
            // What could not be written is still in the writer's buffer.
        }
    }
}
