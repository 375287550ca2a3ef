namespace Kola.Machines.Sweeps;

/// <summary>The checksum of partition tables: CRC-32 as in Ethernet (UEFI specification, 4.2).</summary>
internal static class Crc32
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(Entry)];

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var sum = ~0u;
        foreach (var value in bytes)
            sum = (sum >> 8) ^ Table[(byte)(sum ^ value)];
        return ~sum;
    }

    private static uint Entry(int value)
    {
        var entry = (uint)value;
        for (var bit = 0; bit < 8; bit++)
            entry = (entry & 1) == 0 ? entry >> 1 : (entry >> 1) ^ 0xEDB88320;
        return entry;
    }
}
