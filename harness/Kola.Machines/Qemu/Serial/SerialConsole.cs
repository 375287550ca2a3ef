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
    private readonly List<Waiter> waiters = [];
    private readonly IReadOnlyList<ConsolePattern> patterns;
    private readonly FileStream log;
    private readonly ConsoleTimes times;
    private readonly List<ConsoleFaultSeen> faults = [];
    private ImmutableList<Action<ReadOnlyMemory<byte>>> subscribers = [];
    private volatile Stream? input;

    internal SerialConsole(string directory, IReadOnlyList<ConsolePattern> patterns, TimeProvider time)
    {
        this.patterns = patterns;
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
    public IReadOnlyList<string> LinesSince(long position)
    {
        lock (gate)
            return [.. history.Lines.Where(line => line.Position >= position).Select(line => line.Text)];
    }

    /// <summary>Waits for text within one line, whole or not yet ended. It may have come already.</summary>
    /// <param name="fromPosition">What stands before does not count.</param>
    public async Task<ConsoleMatch> WaitForAsync(Regex pattern, long fromPosition, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var waiter = new Waiter(pattern, fromPosition);
        lock (gate)
        {
            if (!history.Lines.Append(new(history.End, lines.Unfinished)).Any(waiter.Try))
                waiters.Add(waiter);
        }

        try
        {
            return await waiter.Found.Task.WaitAsync(cancellation);
        }
        finally
        {
            lock (gate)
                waiters.Remove(waiter);
        }
    }

    /// <summary>Types into the console.</summary>
    /// <exception cref="HostException">The machine is off.</exception>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        var stream = input ?? throw new HostException("the machine is off: nobody reads its console; start it first");
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
            lock (gate)
                lines.End(Complete);
            RaiseFaults();
        }
    }

    /// <summary>Takes in what a saved machine's console had shown, as if it were shown now: faults in it count again.</summary>
    /// <param name="ended">Whether that machine was off, so that its last line is whole.</param>
    internal void Replay(ReadOnlyMemory<byte> shown, bool ended)
    {
        Accept(shown);
        if (!ended)
            return;
        lock (gate)
            lines.End(Complete);
        RaiseFaults();
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
        var line = history.Add(text);
        TryWaiters(line);
        if (patterns.FirstOrDefault(p => p.Pattern.IsMatch(text)) is { } fatal)
            faults.Add(new(fatal.Name, text.Trim(), line.Position, fatal.HostWhenEmulated));
    }

    private void TryWaiters(ConsoleLine line) => waiters.RemoveAll(waiter => waiter.Try(line));

    /// <summary>Outside of the lock: handlers look at the console.</summary>
    private void RaiseFaults()
    {
        ConsoleFaultSeen[] seen;
        lock (gate)
        {
            seen = [.. faults];
            faults.Clear();
        }

        foreach (var fault in seen)
            FaultSeen?.Invoke(fault);
    }

    private sealed class Waiter(Regex pattern, long from)
    {
        public TaskCompletionSource<ConsoleMatch> Found { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Try(ConsoleLine line)
        {
            var skip = Math.Max(0, from - line.Position);
            if (skip > line.Text.Length)
                return false;
            var match = pattern.Match(line.Text[(int)skip..]);
            return match.Success && Found.TrySetResult(new(
                match, line.Text, line.Position + skip + match.Index, line.Position + skip + match.Index + match.Length));
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
