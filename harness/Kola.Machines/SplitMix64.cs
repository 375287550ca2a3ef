namespace Kola.Machines;

/// <summary>Numbers that look random and are the same on every host and in every version of .NET: the state goes on by <see cref="Step"/>, and <see cref="Mix"/> makes a number of it.</summary>
internal static class SplitMix64
{
    public const ulong Step = 0x9E3779B97F4A7C15;

    /// <summary>A good 64-bit mixture of a number.</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
