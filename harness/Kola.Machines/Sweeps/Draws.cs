namespace Kola.Machines.Sweeps;

/// <summary>Draws that are the same for the same seed on every host and in every version of .NET (SplitMix64).</summary>
internal sealed class Draws(long seed, int stream)
{
    private ulong state = (ulong)seed ^ ((ulong)(uint)stream * 0x9E3779B97F4A7C15);

    public bool Bit() => (Next() & 1) != 0;

    /// <summary>So many different numbers from 0 up to, and without, the end; all of them where there are no more.</summary>
    public IEnumerable<int> Distinct(int count, int end)
    {
        var drawn = new SortedSet<int>();
        while (drawn.Count < Math.Min(count, end))
            drawn.Add((int)(Next() % (ulong)end));
        return drawn;
    }

    /// <summary>A good 64-bit mixture of a number.</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    private ulong Next() => Mix(state += 0x9E3779B97F4A7C15);
}
