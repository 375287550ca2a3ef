using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Kola.Machines.Sweeps;

/// <summary>
/// The disk in one state after another: the base, which is a raw file, and the writes of the log that arrived. Nothing is written. Of each sector that the log writes a number that
/// stands for its content is kept, and where it is: 28 bytes for 512.
/// </summary>
/// <remarks>For one task at a time.</remarks>
public sealed class CrashDisk : IDiskView, IDisposable
{
    private const int OfBase = -1, OfZeros = -2;
    private const int Chunk = 1 << 20;

    private readonly WriteLog log;
    private readonly SafeFileHandle basis;
    private readonly TouchedSectors touched;
    private readonly ulong[] atFirst;
    private readonly ulong[] now;
    private readonly int[] from;
    private readonly ulong[] logged;
    private readonly ulong zeros;
    private readonly Stack<(int Place, ulong Content, int From)> extra = new();
    private int floor;

    /// <param name="basis">A raw image of the disk before the first entry; may be sparse.</param>
    /// <exception cref="HostException">It cannot be read.</exception>
    public CrashDisk(WriteLog log, string basis)
    {
        this.log = log;
        try
        {
            this.basis = File.OpenHandle(basis);
            Length = RandomAccess.GetLength(this.basis);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"the disk before the update, {basis}, cannot be read: {e.Message}; record the update again", e);
        }

        zeros = ContentOf(new byte[log.SectorBytes]);
        touched = new(log.Entries.Where(entry => entry.Changes).Select(entry => (Sector(entry.Offset), Sector(entry.Offset + entry.Length))));
        (atFirst, now, from) = (new ulong[touched.Count], new ulong[touched.Count], new int[touched.Count]);
        logged = new ulong[Sector(log.Bytes) + 1];
        LookAtBase();
        LookAtLog();
        Array.Fill(from, OfBase);
        atFirst.CopyTo(now, 0);
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <summary>Stands for all that differs from the base: states with the same number are the same disk.</summary>
    public ulong Digest { get; private set; }

    /// <summary>Goes to a state. Going on in the order of the log is fast; going back begins at the base.</summary>
    public void Show(CrashState state)
    {
        while (extra.TryPop(out var last))
            Set(last.Place, last.Content, last.From);
        if (state.Floor < floor)
            Reset();
        for (; floor < state.Floor; floor++)
            Apply(log.Entries[floor], 0, int.MaxValue, keep: false);
        foreach (var entry in state.Extra)
            Apply(log.Entries[entry], 0, int.MaxValue, keep: true);
        if (state.Torn is { } torn)
            Apply(log.Entries[torn.Entry], torn.From, torn.Sectors, keep: true);
    }

    /// <inheritdoc/>
    public ulong Identity(long offset, long length)
    {
        ulong identity = 0;
        foreach (var (sector, place, count) in touched.Within(Sector(offset), Sector(offset + length + log.SectorBytes - 1)))
            for (var i = 0; i < count; i++)
                identity ^= Difference(sector + i, place + i);
        return identity;
    }

    /// <summary>Keeps what a range holds now, to compare other states with it.</summary>
    /// <param name="offset">Bytes; whole sectors, as is the length.</param>
    public RangeContent Capture(long offset, long length) =>
        new(offset, length, [.. touched.Within(Sector(offset), Sector(offset + length)).SelectMany(part => new ArraySegment<ulong>(now, part.Place, part.Count))]);

    /// <summary>How many blocks of 4096 bytes of a range differ from what it held when it was captured.</summary>
    public int Differing(RangeContent captured)
    {
        var (blocks, index, last) = (0, 0, -1L);
        foreach (var (sector, place, count) in touched.Within(Sector(captured.Offset), Sector(captured.Offset + captured.Length)))
            for (var i = 0; i < count; i++)
                if (captured.Contents[index++] != now[place + i] && ((sector + i) * log.SectorBytes - captured.Offset) / 4096 is var block && block != last)
                    (blocks, last) = (blocks + 1, block);
        return blocks;
    }

    /// <summary>The ranges that differ from the base, in bytes.</summary>
    public IEnumerable<(long Offset, long Length)> Changed()
    {
        (long Start, long End) run = (0, 0);
        foreach (var (sector, place, count) in touched.Within(0, Sector(Length)))
            for (var i = 0; i < count; i++)
            {
                if (now[place + i] == atFirst[place + i])
                    continue;
                if (sector + i != run.End)
                {
                    if (run.End > run.Start)
                        yield return (run.Start * log.SectorBytes, (run.End - run.Start) * log.SectorBytes);
                    run = (sector + i, sector + i);
                }

                run.End++;
            }

        if (run.End > run.Start)
            yield return (run.Start * log.SectorBytes, (run.End - run.Start) * log.SectorBytes);
    }

    /// <inheritdoc/>
    public void Read(long offset, Span<byte> into)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - into.Length);
        var (start, end) = (Sector(offset), Sector(offset + into.Length + log.SectorBytes - 1));
        if (start * log.SectorBytes != offset || end * log.SectorBytes != offset + into.Length)
        {
            var whole = new byte[(end - start) * log.SectorBytes];
            Read(start * log.SectorBytes, whole);
            whole.AsSpan((int)(offset - (start * log.SectorBytes)), into.Length).CopyTo(into);
            return;
        }

        ReadBase(offset, into);
        foreach (var (sector, place, count) in touched.Within(start, end))
            for (var i = 0; i < count;)
            {
                var first = from[place + i];
                var run = 1;
                while (i + run < count && from[place + i + run] == (first >= 0 ? first + run : first))
                    run++;
                var part = into.Slice((int)((sector + i - start) * log.SectorBytes), run * log.SectorBytes);
                if (first == OfZeros)
                    part.Clear();
                else if (first >= 0)
                    log.Read((long)first * log.SectorBytes, part);
                i += run;
            }
    }

    public void Dispose() => basis.Dispose();

    private void Reset()
    {
        atFirst.CopyTo(now, 0);
        Array.Fill(from, OfBase);
        (Digest, floor) = (0, 0);
    }

    private void Apply(LoggedWrite entry, int first, int sectors, bool keep)
    {
        if (!entry.Changes)
            return;
        var (place, at) = (touched.PlaceOf(Sector(entry.Offset)), (int)Sector(entry.At));
        var end = (int)Math.Min(Sector(entry.Length), (long)first + sectors);
        for (var i = first; i < end; i++)
        {
            if (keep)
                extra.Push((place + i, now[place + i], from[place + i]));
            if (entry.IsDiscard)
                Set(place + i, zeros, OfZeros);
            else
                Set(place + i, logged[at + i], at + i);
        }
    }

    private void Set(int place, ulong content, int where)
    {
        // The place stands for the sector: it is the same in all states.
        Digest ^= Difference(place, place);
        (now[place], from[place]) = (content, where);
        Digest ^= Difference(place, place);
    }

    private ulong Difference(long sector, int place) => now[place] == atFirst[place] ? 0 : SplitMix64.Mix(now[place] + SplitMix64.Mix((ulong)sector + 1));

    private void LookAtBase()
    {
        var buffer = new byte[Chunk];
        foreach (var (sector, place, count) in touched.Within(0, Sector(Length)))
            for (var i = 0; i < count;)
            {
                var sectors = Math.Min(count - i, Chunk / log.SectorBytes);
                var part = buffer.AsSpan(0, sectors * log.SectorBytes);
                ReadBase((sector + i) * log.SectorBytes, part);
                Contents(part, atFirst.AsSpan(place + i, sectors));
                i += sectors;
            }
    }

    private void LookAtLog()
    {
        var buffer = new byte[Chunk];
        foreach (var entry in log.Entries.Where(entry => entry is { Changes: true, IsDiscard: false }))
            for (long done = 0; done < entry.Length;)
            {
                var part = buffer.AsSpan(0, (int)Math.Min(Chunk, entry.Length - done));
                log.Read(entry.At + done, part);
                Contents(part, logged.AsSpan((int)Sector(entry.At + done), part.Length / log.SectorBytes));
                done += part.Length;
            }
    }

    /// <summary>Beyond its end the file is zeros, as a sparse one may be shorter than its disk.</summary>
    private void ReadBase(long offset, Span<byte> into)
    {
        while (into.Length > 0)
        {
            var read = RandomAccess.Read(basis, into, offset);
            if (read == 0)
            {
                into.Clear();
                return;
            }

            into = into[read..];
            offset += read;
        }
    }

    private void Contents(ReadOnlySpan<byte> sectors, Span<ulong> into)
    {
        for (var i = 0; i < into.Length; i++)
            into[i] = ContentOf(sectors.Slice(i * log.SectorBytes, log.SectorBytes));
    }

    private static ulong ContentOf(ReadOnlySpan<byte> sector)
    {
        var content = SplitMix64.Step;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(sector))
            content = SplitMix64.Mix(content ^ word) + SplitMix64.Step;
        return content;
    }

    private long Sector(long bytes) => bytes / log.SectorBytes;
}

/// <summary>What a range of the disk held in one state.</summary>
/// <param name="Offset">Bytes from the start of the disk.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Contents">For each sector of it that the log writes.</param>
public sealed record RangeContent(long Offset, long Length, IReadOnlyList<ulong> Contents);
