namespace Kola.Bench.Parts;

/// <summary>Clones that run at once.</summary>
internal sealed class TenPart : IBenchPart
{
    private const int Clones = 10;

    private const double MostMiB = 100;

    public string Name => "ten";

    public string Measures => "private memory of ten clones that run at once";

    public async Task MeasureAsync(BenchSession session, CancellationToken cancellation)
    {
        Console.WriteLine("ten: ten clones of one template at once");
        // Each waits until the last one is up as well.
        var ten = session.OneMachine("bench.ten", $"matrix: {{number: [{string.Join(", ", Enumerable.Range(1, Clones))}]}}\nsteps:\n  - run: echo ${{number}}\n  - run: sleep 45");
        await session.Kola.RunAsync([session.OneMachine("bench.clone", "steps:\n  - run: 'true'")], cancellation);
        List<long> looks = [];
        void Look(IEnumerable<int> processes)
        {
            long[] machines = [.. processes.Where(pid => ProcessTree.Program(pid)?.Contains("qemu-system", StringComparison.Ordinal) == true).Select(ProcessTree.PrivateMiB)];
            if (machines.Length >= Clones)
                looks.Add(machines.Sum() / machines.Length);
        }

        // Ten machines of two processors each may take turns on what there is.
        await session.Kola.RunAsync([ten], cancellation, Look, new Dictionary<string, string?> { ["KOLA_CPUS"] = "20" });
        if (looks is [])
            throw new BenchException("the ten clones never ran all at once");
        session.Measured.Note("tenClonesPrivateMiBEach", looks.Max());
        session.Measured.Row("private memory of each of ten clones", looks.Max(), "MiB", MostMiB);
    }
}
