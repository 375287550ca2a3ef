using System.Runtime.InteropServices;

namespace Kola.Cli.Terminal;

/// <summary>
/// Ctrl-C, SIGTERM and SIGHUP. The first asks everything to stop in order; the second leaves at once with 130:
/// the reaper then ends what was left running.
/// </summary>
internal sealed class Interrupt : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly List<PosixSignalRegistration> registrations = [];
    private int signals;

    public Interrupt()
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP })
            registrations.Add(PosixSignalRegistration.Create(signal, OnSignal));
    }

    public CancellationToken Token => source.Token;

    public bool Requested => source.IsCancellationRequested;

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref signals) > 1)
        {
            Console.Error.WriteLine("kola: left at once; machines still running are ended by the reaper");
            Environment.Exit(ExitCode.Interrupted);
        }

        Console.Error.WriteLine("kola: stopping; press Ctrl-C again to quit immediately");
        source.Cancel();
    }

    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
        source.Dispose();
    }
}
