using System.Globalization;
using Kola.Results.Events;

namespace Kola.Cli.Terminal;

/// <summary>Tells what a spawned machine is at, with seconds since it was powered on.</summary>
internal sealed class SpawnNarration(TextWriter output, TimeProvider time)
{
    private long? started;
    private TimeSpan? ready;
    private TimeSpan? answered;

    public void Show(RunEvent record)
    {
        if (record is not MachineChanged change)
            return;
        if (change.State == "started")
            started ??= time.GetTimestamp();
        if (change.State == "ready")
            ready = Elapsed;
        output.WriteLine($"{PlainProgress.Clock(Elapsed)} {change.State}{(change.Detail is null ? "" : $": {change.Detail}")}");
    }

    /// <summary>The first command has been answered.</summary>
    public void Answered() => answered = Elapsed;

    /// <summary>Seconds from power-on until the machine was ready and until the first answer.</summary>
    public string Json() => string.Create(
        CultureInfo.InvariantCulture, $$"""{"readySeconds":{{ready?.TotalSeconds ?? 0:0.000}},"answerSeconds":{{answered?.TotalSeconds ?? 0:0.000}}}""");

    private TimeSpan Elapsed => started is { } start ? time.GetElapsedTime(start) : TimeSpan.Zero;
}
