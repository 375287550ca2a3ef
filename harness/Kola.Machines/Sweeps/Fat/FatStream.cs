namespace Kola.Machines.Sweeps.Fat;

/// <summary>A file of a FAT file system. What its clusters do not have reads as its end.</summary>
internal sealed class FatStream(IDiskView disk, FatFile file) : Stream
{
    private readonly long length = Math.Min(file.Length, file.Ranges.Sum(range => range.Length));

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get; set; }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var want = (int)Math.Min(buffer.Length, Math.Max(0, length - Position));
        var done = 0;
        long before = 0;
        foreach (var (offset, bytes) in file.Ranges)
        {
            if (done == want)
                break;
            var at = Position + done - before;
            if (at < bytes)
            {
                var part = (int)Math.Min(want - done, bytes - at);
                disk.Read(offset + at, buffer.Slice(done, part));
                done += part;
            }

            before += bytes;
        }

        Position += done;
        return done;
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
