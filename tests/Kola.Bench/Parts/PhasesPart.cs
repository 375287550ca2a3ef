using System.Text.Json;
using System.Text.Json.Nodes;
using Kola.Bench.Phases;
using Kola.Results.Events;

namespace Kola.Bench.Parts;

/// <summary>Where the time of an update and of a rollback goes.</summary>
internal sealed class PhasesPart : IBenchPart
{
    private const double MostPercentOwn = 5;

    private static readonly JsonSerializerOptions Numbers = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    public string Name => "phases";

    public string Measures => "an update and a whole rollback: firmware, kernel, initrd and user space of each boot, each kind of step, Kola's own part";

    public async Task MeasureAsync(BenchSession session, CancellationToken cancellation)
    {
        var folder = session.Options.Run;
        if (folder is null)
        {
            Console.WriteLine("phases: an update and a whole rollback");
            folder = (await session.Kola.RunAsync(["update.n1-to-n", "rollback.health"], cancellation)).Folder;
        }

        var splits = Read(folder);
        if (splits.Count == 0)
            throw new BenchException($"{folder} has no attempt that was finished");
        session.Measured.Note("phases", new JsonObject(splits.Select(split => KeyValuePair.Create(split.Key, JsonSerializer.SerializeToNode(split.Value, Numbers)))));
        foreach (var (name, split) in splits)
            Print(name, split);
        session.Measured.Row("Kola's own part of the attempts' time", 100 * splits.Values.Sum(split => split.Harness) / splits.Values.Sum(split => split.Total), "%", MostPercentOwn, "0.0");
    }

    /// <summary>By scenario, each one's first attempt. One that was cut off has no end to measure to.</summary>
    private static Dictionary<string, PhaseSplit> Read(string folder)
    {
        RunEvent[] events = [.. EventLog.Read(Path.Combine(folder, EventLog.FileName))];
        var splits = new Dictionary<string, PhaseSplit>();
        foreach (var attempt in events.OfType<AttemptEvent>().Where(e => e.Attempt == 1).GroupBy(e => e.Scenario))
        {
            if (!attempt.OfType<AttemptFinished>().Any())
                continue;
            var journals = attempt.OfType<AttemptFinished>().First().Files.Where(file => Path.GetFileName(file) == "journal.jsonl").Order(StringComparer.Ordinal);
            splits[attempt.Key] = PhaseSplit.Of([.. attempt], journals.SelectMany(file => File.ReadLines(Path.Combine(folder, file))));
        }

        return splits;
    }

    private static void Print(string name, PhaseSplit split)
    {
        Console.WriteLine($"  {name}: {split.Total} s; {string.Join(", ", split.Steps.Where(step => step.Value >= 1).Select(step => $"{step.Key} {step.Value}"))}; harness {split.Harness}");
        foreach (var boot in split.Boots)
            Console.WriteLine($"    boot: firmware {boot.Firmware}, {(boot.Initrd is null ? "not up" : $"kernel {boot.KernelSeconds}, initrd {boot.Initrd}, user space {boot.Userspace}")}");
    }
}
