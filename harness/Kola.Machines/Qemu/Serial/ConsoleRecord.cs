namespace Kola.Machines.Qemu.Serial;

/// <summary>Reads the lines of a console again from its log, which holds every byte: memory holds the last lines only.</summary>
/// <param name="log">Path of the log.</param>
/// <param name="ends">Offsets in the log where a machine went off: an unfinished line ended there.</param>
/// <param name="length">How much of the log counts, in bytes.</param>
internal sealed class ConsoleRecord(string log, IReadOnlyList<long> ends, long length)
{
    private const int ChunkLength = 64 * 1024;

    /// <summary>All lines with the positions that they had in memory; the unfinished one last, if there is one.</summary>
    /// <exception cref="HostException">The log cannot be read.</exception>
    public IEnumerable<ConsoleLine> Lines()
    {
        using var file = Open();
        var lines = new ConsoleLines();
        var history = new List<ConsoleLine>();
        var position = 0L;
        var buffer = new byte[ChunkLength];
        var read = 0L;
        void Complete(string text)
        {
            history.Add(new(position, text, lines.Broken));
            position += text.Length + 1;
        }

        foreach (var end in ends.Where(end => end <= length).Append(length))
        {
            while (read < end)
            {
                var count = file.Read(buffer, 0, (int)Math.Min(buffer.Length, end - read));
                if (count == 0)
                    throw new HostException($"{log} has {read} bytes, {length} were written to it; was it changed while the machine ran?");
                read += count;
                lines.Add(buffer.AsSpan(0, count), Complete);
                foreach (var line in history)
                    yield return line;
                history.Clear();
            }

            if (end == length && !ends.Contains(length))
                continue;
            lines.End(Complete);
            foreach (var line in history)
                yield return line;
            history.Clear();
        }

        if (lines.UnfinishedLength > 0)
            yield return new(position, lines.Unfinished);
    }

    private FileStream Open()
    {
        try
        {
            return new(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, ChunkLength);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"cannot read the console log {log}: {e.Message}; check that it was not removed", e);
        }
    }
}
