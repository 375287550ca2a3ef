using System.Text.Json;

namespace Kola.Machines.Journal;

/// <summary>Writes <c>journal.jsonl</c>, line by line. A file that cannot be written costs diagnostics, never the machine.</summary>
internal sealed class JournalFile(string path, TimeProvider time) : IDisposable
{
    private readonly FileStream file = new(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
    private bool torn;

    public void Line(ReadOnlySpan<byte> line) => Write([.. line, (byte)'\n']);

    public void Mark(string kola, string? detail = null) =>
        Line(JsonSerializer.SerializeToUtf8Bytes(new JournalMark(kola, time.GetUtcNow(), detail), JournalJson.Default.JournalMark));

    public void Dispose() => file.Dispose();

    private void Write(byte[] line)
    {
        if (torn)
            return;
        try
        {
            file.Write(line);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            torn = true;
        }
    }
}
