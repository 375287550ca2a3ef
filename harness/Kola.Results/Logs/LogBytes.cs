namespace Kola.Results.Logs;

/// <summary>A file of an attempt, or its end where it is too long to be read whole.</summary>
/// <param name="Skipped">Bytes before <see cref="Bytes"/>.</param>
internal sealed record LogBytes(byte[] Bytes, long Skipped)
{
    private const int Most = 16 << 20;

    /// <summary><see langword="null"/>: it is not there, or cannot be read.</summary>
    public static LogBytes? Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var skipped = Math.Max(0, file.Length - Most);
            file.Position = skipped;
            var bytes = new byte[file.Length - skipped];
            file.ReadExactly(bytes);
            return new(bytes, skipped);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>What to say of what was not read.</summary>
    public string? Missing => Skipped > 0 ? $"the first {Skipped >> 20} MiB" : null;

    /// <summary>Its lines without their ends, with their first byte's place.</summary>
    public IEnumerable<(int Start, int Length)> Lines()
    {
        for (var start = 0; start < Bytes.Length;)
        {
            var end = Array.IndexOf(Bytes, (byte)'\n', start);
            end = end < 0 ? Bytes.Length : end;
            yield return (start, end - start);
            start = end + 1;
        }
    }
}
