using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Kola.Machines.Qemu.Networks.Lab;

/// <summary>Numbers that look random and are the same for the same purpose, on every .NET (SplitMix64). Not for several tasks.</summary>
internal sealed class SeededDraws(string purpose)
{
    private ulong state = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(purpose)));

    /// <summary>From 0 to below 1.</summary>
    public double Next()
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        mixed ^= mixed >> 31;
        return (mixed >> 11) / (double)(1UL << 53);
    }
}
