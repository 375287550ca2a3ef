using System.Buffers.Binary;

namespace Kola.Machines.Qemu.Networks.Lab;

/// <summary>Reads the addresses of a frame.</summary>
internal static class EthernetFrame
{
    /// <summary>Two addresses and a type.</summary>
    public const int LeastBytes = 14;

    public static ulong Destination(ReadOnlySpan<byte> frame) => Address(frame);

    public static ulong Source(ReadOnlySpan<byte> frame) => Address(frame[6..]);

    /// <summary>Whether an address stands for several stations: broadcast or multicast.</summary>
    public static bool IsGroup(ulong address) => (address >> 40 & 1) != 0;

    private static ulong Address(ReadOnlySpan<byte> bytes) => (ulong)BinaryPrimitives.ReadUInt16BigEndian(bytes) << 32 | BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]);
}
