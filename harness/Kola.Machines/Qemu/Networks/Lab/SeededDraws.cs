using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Kola.Machines.Qemu.Networks.Lab;

/// <summary>Numbers that look random and are the same for the same purpose, on every .NET (<see cref="SplitMix64"/>). Not for several tasks.</summary>
internal sealed class SeededDraws(string purpose)
{
    private ulong state = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(purpose)));

    /// <summary>From 0 to below 1.</summary>
    public double Next()
    {
        state += SplitMix64.Step;
        return (SplitMix64.Mix(state) >> 11) / (double)(1UL << 53);
    }
}
