using System.Buffers.Binary;

namespace Kola.Machines.Sweeps.Fat;

/// <summary>The table of a FAT file system that says which cluster comes after which: the first copy, which firmware reads.</summary>
internal sealed class FatTable(IDiskView disk, long offset, long bytes, int bits, long clusters)
{
    private const int Page = 4096;
    private readonly Dictionary<long, byte[]> pages = [];

    /// <summary>The clusters of a file, in order.</summary>
    /// <param name="wanted">How many it must have at least; those behind are not followed. <see langword="null"/>: to the end of the chain.</param>
    /// <returns>With them, why they are not whole.</returns>
    public (IReadOnlyList<uint> Clusters, string? Fault) Chain(uint first, long? wanted)
    {
        var chain = new List<uint>();
        for (var next = first; wanted is null || chain.Count < wanted;)
        {
            if (next < 2 || next >= clusters + 2)
                return IsEnd(next) && chain.Count > 0
                    ? (chain, wanted is null ? null : $"its clusters end after {chain.Count} of {wanted}")
                    : (chain, $"cluster {chain.Count} of it is {next}, which is none");
            if (chain.Count > clusters)
                return (chain, "its clusters go round in a circle");
            chain.Add(next);
            next = Next(next);
        }

        return (chain, null);
    }

    private bool IsEnd(uint entry) => entry >= bits switch { 12 => 0xFF8u, 16 => 0xFFF8u, _ => 0x0FFFFFF8u };

    private uint Next(uint cluster)
    {
        var at = cluster * (long)bits / 8;
        return bits switch
        {
            12 => (uint)((Byte(at) | (Byte(at + 1) << 8)) >> ((cluster & 1) == 0 ? 0 : 4) & 0xFFF),
            16 => (uint)(Byte(at) | (Byte(at + 1) << 8)),
            _ => BinaryPrimitives.ReadUInt32LittleEndian([(byte)Byte(at), (byte)Byte(at + 1), (byte)Byte(at + 2), (byte)Byte(at + 3)]) & 0x0FFFFFFF,
        };
    }

    private int Byte(long at)
    {
        if (at >= bytes)
            return 0;
        if (!pages.TryGetValue(at / Page, out var page))
        {
            var from = at / Page * Page;
            page = new byte[Math.Min(Page, bytes - from)];
            disk.Read(offset + from, page);
            pages[at / Page] = page;
        }

        return page[at % Page];
    }
}
