using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Kola.Machines.Qemu.Serial;

/// <summary>
/// A machine's serial console over its whole life. Bytes go to the log first, then to whoever waits or watches. Positions count characters of
/// the cleaned text (see <see cref="ConsoleLines"/>), over reboots and power cycles.
/// </summary>
public sealed class SerialConsole : IDisposable
{
    /// <summary>Name of the log within the machine's log folder.</summary>
    public const string LogName = "console.log";

    /// <summary>Name of the times' file beside it.</summary>
    public const string TimesName = "console.times.jsonl";

    private readonly Lock gate = new();
    private readonly ConsoleLines lines = new();
    private readonly ConsoleHistory history = new();
    private readonly List<ConsoleWaiter> waiters = [];
    private readonly ConsoleFaultWatch watch;
    private readonly FileStream log;
    private readonly ConsoleTimes times;
    private readonly List<long> ends = [];
    private ImmutableList<Action<ReadOnlyMemory<byte>>> subscribers = [];
    private volatile Stream? input;

    internal SerialConsole(string directory, IReadOnlyList<ConsolePattern> patterns, TimeProvider time)
    {
        watch = new(patterns);
        LogPath = Path.Combine(directory, LogName);
        log = new FileStream(LogPath, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        times = new ConsoleTimes(Path.Combine(directory, TimesName), time);
    }

    /// <summary>Every byte that the guest wrote, and nothing else.</summary>
    public string LogPath { get; }

    /// <summary>Called for each fatal line while it streams in, allowed or not.</summary>
    public event Action<ConsoleFaultSeen>? FaultSeen;

    /// <summary>What the guest has printed, cleaned; the last million characters of it.</summary>
    public string Text
    {
        get
        {
            lock (gate)
                return history.Text(lines.Unfinished);
        }
    }

    /// <summary>Where the next character will be.</summary>
    public long Position
    {
        get
        {
            lock (gate)
                return history.End + lines.UnfinishedLength;
        }
    }

    /// <summary>The last lines, the unfinished one included.</summary>
    public IReadOnlyList<string> Tail(int count)
    {
        lock (gate)
        {
            IEnumerable<string> all = history.Lines.Select(line => line.Text);
            return [.. (lines.UnfinishedLength > 0 ? all.Append(lines.Unfinished) : all).TakeLast(count)];
        }
    }

    /// <summary>The lines that begin at a position or after it, the unfinished one left out.</summary>
    /// <exception cref="HostException">They are not in memory any more, and the log cannot be read.</exception>
    public IReadOnlyList<string> LinesSince(long position)
    {
        lock (gate)
        {
            var lines = position >= history.Start ? history.Lines : Recorded().Lines().Where(line => line.Position < history.End);
            return [.. lines.Where(line => line.Position >= position).Select(line => line.Text)];
        }
    }

    /// <summary>Waits for text within one line, whole or not yet ended. It may have come already.</summary>
    /// <param name="fromPosition">What stands before does not count.</param>
    /// <exception cref="SlowPatternException">The expression took longer than its own bound.</exception>
    /// <exception cref="HostException">What came is not in memory any more, and the log cannot be read.</exception>
    public async Task<ConsoleMatch> WaitForAsync(Regex pattern, long fromPosition, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var waiter = new ConsoleWaiter(pattern, fromPosition);
        bool inMemory;
        lock (gate)
            inMemory = fromPosition >= history.Start;
        if (inMemory)
            LookBack(waiter, fromPosition, cancellation);
        else
            await Task.Run(() => LookBack(waiter, fromPosition, cancellation), cancellation);
        try
        {
            return await waiter.Found.WaitAsync(cancellation);
        }
        finally
        {
            lock (gate)
                waiters.Remove(waiter);
        }
    }

    /// <summary>Looks for an expression in all that the console has shown from the first byte on, over lines, see <see cref="ConsoleSearch"/>.</summary>
    /// <returns>What matched first; <see langword="null"/> when nothing did.</returns>
    /// <exception cref="SlowPatternException">The expression took longer than its own bound.</exception>
    /// <exception cref="HostException">The log cannot be read.</exception>
    public Task<string?> FindAsync(Regex pattern, CancellationToken cancellation)
    {
        ConsoleRecord record;
        lock (gate)
            record = Recorded();
        return Task.Run(() => ConsoleSearch.First(pattern, record.Lines(), cancellation), cancellation);
    }

    /// <summary>Types into the console.</summary>
    /// <exception cref="HostException">The machine is off.</exception>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        var stream = input ?? throw new HostException("the machine is off and its console is not read; start it first");
        try
        {
            await stream.WriteAsync(bytes, cancellation);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            throw new HostException("the machine went off while its console was written to; start it again", e);
        }
    }

    /// <summary>Passes on bytes as they come, from now on, until the returned object is disposed. The handler must not block.</summary>
    public IDisposable Subscribe(Action<ReadOnlyMemory<byte>> handler)
    {
        ImmutableInterlocked.Update(ref subscribers, list => list.Add(handler));
        return new Subscription(() => ImmutableInterlocked.Update(ref subscribers, list => list.Remove(handler)));
    }

    public void Dispose()
    {
        log.Dispose();
        times.Dispose();
    }

    /// <summary>Reads one power cycle's connection to its end. The only reader.</summary>
    internal async Task PumpAsync(Stream stream)
    {
        input = stream;
        var buffer = new byte[16 * 1024];
        try
        {
            int count;
            while ((count = await ReadAsync(stream, buffer)) > 0)
                Accept(buffer.AsMemory(0, count));
        }
        finally
        {
            input = null;
            EndLine();
        }
    }

    /// <summary>Takes in what a saved machine's console had shown, as if it were shown now: faults in it count again.</summary>
    /// <param name="ended">Whether that machine was off, so that its last line is whole.</param>
    internal void Replay(ReadOnlyMemory<byte> shown, bool ended)
    {
        Accept(shown);
        if (ended)
            EndLine();
    }

    /// <summary>Notes what Kola does to the machine.</summary>
    internal void Mark(string mark)
    {
        lock (gate)
            times.Mark(log.Position, mark);
    }

    /// <exception cref="IOException">The log cannot be written.</exception>
    internal void Accept(ReadOnlyMemory<byte> bytes)
    {
        lock (gate)
        {
            times.Bytes(log.Position);
            log.Write(bytes.Span);
            lines.Add(bytes.Span, Complete);
            if (waiters.Count > 0)
                TryWaiters(new(history.End, lines.Unfinished));
        }

        foreach (var subscriber in subscribers)
            subscriber(bytes);
        RaiseFaults();
    }

    private static async Task<int> ReadAsync(Stream stream, Memory<byte> buffer)
    {
        try
        {
            return await stream.ReadAsync(buffer);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // A killed QEMU resets the connection where a quitting one closes it.
            return 0;
        }
    }

    private void Complete(string text)
    {
        var line = history.Add(text, lines.Broken);
        TryWaiters(line);
        watch.Look(line);
    }

    private void EndLine()
    {
        lock (gate)
        {
            lines.End(Complete);
            ends.Add(log.Position);
        }

        RaiseFaults();
    }

    /// <summary>What has come until now, from the log. The caller holds the lock.</summary>
    private ConsoleRecord Recorded() => new(LogPath, [.. ends], log.Position);

    /// <summary>Tries a waiter on what has come already, in order, and lets it wait for what comes.</summary>
    private void LookBack(ConsoleWaiter waiter, long from, CancellationToken cancellation)
    {
        while (true)
        {
            ConsoleRecord record;
            long until;
            lock (gate)
            {
                if (from >= history.Start)
                {
                    if (!history.Lines.Where(line => line.Position + line.Text.Length >= from).Append(new(history.End, lines.Unfinished)).Any(waiter.Try))
                        waiters.Add(waiter);
                    return;
                }

                record = Recorded();
                until = history.End;
            }

            // Without the lock: the console must not stand still meanwhile. What comes and is forgotten in that time is read in the next turn.
            foreach (var line in record.Lines().Where(line => line.Position + line.Text.Length >= from && line.Position < until))
            {
                cancellation.ThrowIfCancellationRequested();
                if (waiter.Try(line))
                    return;
            }

            from = until;
        }
    }

    private void TryWaiters(ConsoleLine line) => waiters.RemoveAll(waiter => waiter.Try(line));

    /// <summary>Outside of the lock: handlers look at the console.</summary>
    private void RaiseFaults()
    {
        ConsoleFaultSeen[] seen;
        lock (gate)
            seen = watch.Take();

        foreach (var fault in seen)
            FaultSeen?.Invoke(fault);
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
