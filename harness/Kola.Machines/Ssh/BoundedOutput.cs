using System.Buffers;
using System.Text;

namespace Kola.Machines.Ssh;

/// <summary>A command's output in bounded memory: its beginning and its end are kept, what is between is counted.</summary>
/// <param name="half">Bytes kept of each.</param>
internal sealed class BoundedOutput(int half = 512 * 1024)
{
    private readonly Lock gate = new();
    private readonly ArrayBufferWriter<byte> head = new();
    private byte[]? ring;
    private long beyond;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (gate)
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
}
