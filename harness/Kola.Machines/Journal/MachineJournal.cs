using System.Text;

namespace Kola.Machines.Journal;

/// <summary>
/// The journal that a guest streams over a virtio-serial port, over the machine's whole life: it needs no network and no SSH, and what came
/// before a reboot or a power cut is kept. A guest that streams nothing has an empty one.
/// </summary>
/// <remarks>journald tells its followers of new entries up to 250 ms late, so a power cut takes what was written just before it.</remarks>
public sealed class MachineJournal : IDisposable
{
    /// <summary>Name of the file within the machine's log folder: entries as journalctl prints them, and <see cref="JournalMark"/>s.</summary>
    public const string FileName = "journal.jsonl";

    /// <summary>Name of the port in the guest: <c>/dev/virtio-ports/NAME</c>.</summary>
    public const string PortName = "org.kola.journal";

    /// <summary>Entries of the running boot that are kept at hand.</summary>
    private const int Kept = 5000;

    /// <summary>A guest that writes without an end of line is not waited for.</summary>
    private const int LongestLine = 1 << 20;

    private readonly Lock gate = new();
    private readonly JournalFile file;
    private readonly Queue<JournalEntry> entries = new();
    private readonly List<Waiter> waiters = [];
    private readonly MemoryStream unfinished = new();
    private IReadOnlyList<JournalEntry> before = [];
    private string? boot;
    private long last = -1;
    private long taken;

    internal MachineJournal(string directory, TimeProvider time)
    {
        Path = System.IO.Path.Combine(directory, FileName);
        file = new(Path, time);
    }

    public string Path { get; }

    /// <summary>Whether the boot that runs has streamed anything.</summary>
    public bool Streams
    {
        get
        {
            lock (gate)
                return entries.Count > 0;
        }
    }

    /// <summary>How many entries have come, over all boots.</summary>
    public long Position
    {
        get
        {
            lock (gate)
                return taken;
        }
    }

    /// <summary>The last entries of the running boot, or of the last one.</summary>
    public IReadOnlyList<JournalEntry> Tail(int count)
    {
        lock (gate)
            return [.. (entries.Count > 0 ? entries : (IEnumerable<JournalEntry>)before).TakeLast(count)];
    }

    /// <summary>Waits for an entry of the running boot. It may have come already.</summary>
    public Task<JournalEntry> WaitForAsync(Func<JournalEntry, bool> wanted, CancellationToken cancellation) => WaitForAsync(wanted, 0, cancellation);

    /// <inheritdoc cref="WaitForAsync(Func{JournalEntry, bool}, CancellationToken)"/>
    /// <param name="fromPosition">What came before does not count.</param>
    public async Task<JournalEntry> WaitForAsync(Func<JournalEntry, bool> wanted, long fromPosition, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var waiter = new Waiter(wanted);
        lock (gate)
        {
            if (entries.TakeLast((int)Math.Min(taken - fromPosition, entries.Count)).FirstOrDefault(wanted) is { } known)
                return known;
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

    public void Dispose()
    {
        file.Dispose();
        unfinished.Dispose();
    }

    /// <summary>Reads one power cycle's connection to its end. The only reader.</summary>
    internal async Task PumpAsync(Stream stream)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            int count;
            while ((count = await stream.ReadAsync(buffer)) > 0)
                Accept(buffer.AsSpan(0, count));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // A killed QEMU resets the connection where a quitting one closes it.
        }
        finally
        {
            lock (gate)
                EndLine(whole: false);
        }
    }

    /// <summary>Notes what Kola does to the machine, or the guest does to itself.</summary>
    /// <param name="anotherBoot">Whether what runs from now on is another boot.</param>
    internal void Mark(string mark, bool anotherBoot)
    {
        lock (gate)
        {
            file.Mark(mark);
            if (anotherBoot)
                Forget();
        }
    }

    /// <summary>Takes in what a saved machine had streamed, as if it came now.</summary>
    internal void Replay(ReadOnlySpan<byte> streamed) => Accept(streamed);

    internal void Accept(ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            for (var end = bytes.IndexOf((byte)'\n'); end >= 0; end = bytes.IndexOf((byte)'\n'))
            {
                unfinished.Write(bytes[..end]);
                EndLine(whole: true);
                bytes = bytes[(end + 1)..];
            }

            unfinished.Write(bytes);
            if (unfinished.Length > LongestLine)
                EndLine(whole: false);
        }
    }

    private void EndLine(bool whole)
    {
        var line = unfinished.GetBuffer().AsSpan(0, (int)unfinished.Length);
        if (line.Length > 0)
        {
            if (whole && JournalLine.Parse(line) is { } entry)
                Take(entry, line);
            else if (line.IndexOf("\"kola\":"u8) < 0)
                // A boot ended in the middle of a line, or it is a mark of the machine that was saved.
                file.Mark("torn", Encoding.UTF8.GetString(line));
        }

        unfinished.SetLength(0);
    }

    private void Take(JournalEntry entry, ReadOnlySpan<byte> line)
    {
        if (entry.BootId != boot)
        {
            Forget();
            boot = entry.BootId;
            file.Mark("boot", boot);
        }
        else if (entry.Number <= last)
        {
            // The guest's journalctl was started again, and tells its last entries once more.
            return;
        }

        last = entry.Number ?? last;
        file.Line(line);
        entries.Enqueue(entry);
        taken++;
        if (entries.Count > Kept)
            entries.Dequeue();
        waiters.RemoveAll(waiter => waiter.Try(entry));
    }

    private void Forget()
    {
        if (entries.Count > 0)
            before = [.. entries];
        entries.Clear();
        boot = null;
        last = -1;
    }

    private sealed class Waiter(Func<JournalEntry, bool> wanted)
    {
        public TaskCompletionSource<JournalEntry> Found { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Try(JournalEntry entry) => wanted(entry) && Found.TrySetResult(entry);
    }
}
