using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Kola.Servers.Payloads;

/// <summary>Which faults act on a request. Counts what each has acted on, so that an offer's faults are used up in order.</summary>
/// <param name="seed">The same seed draws the same, whatever the order in which requests come.</param>
internal sealed class FaultRules(string server, long seed, IReadOnlyList<PayloadFault> faults)
{
    private readonly int[] used = new int[faults.Count];

    /// <summary>Each with its share of chance, from 0 to below 1: one for a fault and a file.</summary>
    public IReadOnlyList<(PayloadFault Fault, double Draw)> Take(string name)
    {
        var acting = new List<(PayloadFault, double)>();
        foreach (var (index, fault) in faults.Index())
        {
            if (!PathPattern.Matches(fault.Path, name) || (fault.Times is { } times && Interlocked.Increment(ref used[index]) > times))
                continue;
            acting.Add((fault, Draw(server, seed, index.ToString(CultureInfo.InvariantCulture), name)));
        }

        return acting;
    }

    /// <summary>From 0 to below 1, by the seed and what it is for.</summary>
    public static double Draw(string server, long seed, string purpose, string name)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{server}\0{seed}\0{purpose}\0{name}")));
        return BinaryPrimitives.ReadUInt32BigEndian(digest) / (double)(1L << 32);
    }
}
