using System.Buffers;
using System.Text;

namespace Kola.Machines.Ssh;

/// <summary>
/// A command's output in bounded memory. For people its beginning and its end are kept, what is between is counted; for whoever judges it,
/// the whole of it up to a limit, beyond which there is nothing to judge.
/// </summary>
/// <param name="half">Bytes kept of the beginning and of the end.</param>
/// <param name="limit">Bytes up to which the whole is kept.</param>
internal sealed class BoundedOutput(int half = 512 * 1024, int limit = CommandResult.JudgedBytes)
{
    private readonly Lock gate = new();
    private ArrayBufferWriter<byte>? whole = new();
    private readonly ArrayBufferWriter<byte> head = new();
    private byte[]? ring;
    private long beyond;

    /// <summary>All of it; <see langword="null"/> when it was longer than the limit.</summary>
    public string? Whole
    {
        get
        {
            lock (gate)
                return whole is null ? null : Encoding.UTF8.GetString(whole.WrittenSpan);
        }
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            if (whole?.WrittenCount + bytes.Length <= limit)
                whole!.Write(bytes);
            else
                whole = null;
            Shorten(bytes);
        }
    }

    public override string ToString()
    {
        lock (gate)
        {
            var start = Encoding.UTF8.GetString(head.WrittenSpan);
            if (ring is null)
                return start;
            // Joined as bytes where nothing is missing, so that a character on the border stays whole.
            if (beyond <= half)
                return Encoding.UTF8.GetString([.. head.WrittenSpan, .. ring.AsSpan(0, (int)beyond)]);
            var at = (int)(beyond % half);
            return $"{start}\n[kola: {beyond - half} bytes left out here]\n{Encoding.UTF8.GetString([.. ring.AsSpan(at), .. ring.AsSpan(0, at)])}";
        }
    }

    private void Shorten(ReadOnlySpan<byte> bytes)
    {
        var toHead = Math.Min(bytes.Length, half - head.WrittenCount);
        head.Write(bytes[..toHead]);
        bytes = bytes[toHead..];
        if (bytes.IsEmpty)
            return;

        ring ??= new byte[half];
        // Only the last part can stay; what comes before it is counted and passed over.
        var passed = Math.Max(0, bytes.Length - half);
        beyond += passed;
        bytes = bytes[passed..];
        var at = (int)(beyond % half);
        var first = Math.Min(bytes.Length, half - at);
        bytes[..first].CopyTo(ring.AsSpan(at));
        bytes[first..].CopyTo(ring);
        beyond += bytes.Length;
    }
}
