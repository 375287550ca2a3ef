namespace Kola.Machines.Sweeps;

/// <summary>Draws that are the same for the same seed on every host and in every version of .NET (<see cref="SplitMix64"/>).</summary>
internal sealed class Draws(long seed, int stream)
{
    private ulong state = (ulong)seed ^ ((ulong)(uint)stream * SplitMix64.Step);

    public bool Bit() => (Next() & 1) != 0;

    /// <summary>So many different numbers from 0 up to, and without, the end; all of them where there are no more.</summary>
    public IEnumerable<int> Distinct(int count, int end)
    {
        var drawn = new SortedSet<int>();
        while (drawn.Count < Math.Min(count, end))
            drawn.Add((int)(Next() % (ulong)end));
        return drawn;
    }

    private ulong Next() => SplitMix64.Mix(state += SplitMix64.Step);
}
