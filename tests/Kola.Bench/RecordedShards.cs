using System.Security.Cryptography;
using System.Text;
using Kola.Results.Events;

namespace Kola.Bench;

/// <summary>A project and the runs of the machines that shared its gate, as simulated machines leave them. A tenth of the scenarios is lost: whole shards, and the end of one more.</summary>
/// <param name="root">Folder to write into.</param>
internal sealed class RecordedShards(string root, int scenarios, int shards)
{
    private const int Steps = 5;

    /// <summary>Numbers of the shards that never came back, from 1.</summary>
    public IReadOnlyList<int> Missing { get; } = [.. Enumerable.Range(0, shards / 10).Select(turn => 3 + (10 * turn))];

    /// <summary>The shard that was cut off.</summary>
    private int CutOff => shards - 1;

    /// <summary>How many scenarios went with the missing shards.</summary>
    public int Unplanned => Missing.Sum(shard => Part(shard).Count());

    /// <summary>How many scenarios the shard that was cut off had not begun.</summary>
    public int Untried => (scenarios / 10) - Unplanned;

    /// <summary>The runs' folders.</summary>
    public IReadOnlyList<string> Runs => [.. Enumerable.Range(1, shards).Except(Missing).Select(shard => Path.Combine(root, "runs", $"part-{shard}"))];

    public async Task WriteAsync(TimeProvider time)
    {
        byte[] disk = [1, .. new byte[(1 << 20) - 1]];
        Keep("images/disk.raw", disk);
        Keep("images/catalog.yaml", """
            images:
              os: {summary: An image, release: "1", file: disk.raw, architecture: x86_64, firmware: bios, provisioning: none, adapter: systemd, user: root}
            """u8);
        Keep("ci/gate.yaml", "required: [{paths: [scenarios]}]\n"u8);
        var image = new PlannedImage("os:1", Convert.ToHexStringLower(SHA256.HashData(disk)), "1");
        PlannedScenario[] all = [.. Enumerable.Range(1, scenarios).Select(number => Scenario(number, image))];
        foreach (var shard in Enumerable.Range(1, shards).Except(Missing))
            await RecordAsync(shard, [.. Part(shard).Select(index => all[index])], time);
    }

    private IEnumerable<int> Part(int shard) => Enumerable.Range(0, scenarios).Where(index => index % shards == shard - 1);

    private PlannedScenario Scenario(int number, PlannedImage image)
    {
        var name = $"load.s{number:00000}";
        var file = $"scenarios/load/{name}.yaml";
        var text = $$"""
            scenario: {{name}}
            summary: A scenario of many
            timeout: 10m
            image: os:1
            machines: { node: {ready: false} }
            steps:
            {{string.Join('\n', Enumerable.Range(1, Steps).Select(step => $"  - console: {{seen: hello {step}}}"))}}

            """;
        var content = Encoding.UTF8.GetBytes(text);
        Keep(file, content);
        return new()
        {
            Id = name,
            Name = name,
            Summary = "A scenario of many",
            File = file,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(content)),
            Images = [image],
            Boots = [image.Name],
            Steps = [.. Enumerable.Range(1, Steps).Select(step => $"console: hello {step}")],
        };
    }

    private async Task RecordAsync(int shard, PlannedScenario[] part, TimeProvider time)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, "runs", $"part-{shard}")).FullName;
        await using var log = new EventLog(Path.Combine(folder, EventLog.FileName), time);
        log.Write(new RunPlanned
        {
            Run = $"part-{shard}",
            Kola = "1.0",
            Host = new() { Accelerator = "tcg", AcceleratorReason = "simulated", QemuVersion = "10.0.2", Cpus = 4, MemoryBytes = 8L << 30 },
            Seed = shard,
            Shard = new(shard, shards),
            Scenarios = part,
        });
        foreach (var scenario in shard == CutOff ? part.SkipLast(Untried) : part)
            Attempt(log, scenario.Id);
        if (shard != CutOff)
            log.Write(new RunFinished { Seconds = 1000 });
    }

    private static void Attempt(EventLog log, string id)
    {
        log.Write(new AttemptStarted { Scenario = id, Attempt = 1 });
        for (var step = 0; step <= Steps; step++)
        {
            log.Write(new StepStarted { Scenario = id, Attempt = 1, Step = step, Kind = step == 0 ? "machines" : "console", Title = $"step {step}", Machine = "node", Location = $"scenarios/load/{id}.yaml:{step + 6}:5" });
            foreach (var state in (string[])(step == 0 ? ["created", "started", "up", "ready"] : []))
                log.Write(new MachineChanged { Scenario = id, Attempt = 1, Machine = "node", State = state, Detail = "as a simulated machine does" });
            log.Write(new StepFinished { Scenario = id, Attempt = 1, Step = step, Outcome = Outcome.Passed, Seconds = 1.5, Detail = "seen: a line of the console that says hello" });
        }

        log.Write(new MachineOrigin { Scenario = id, Attempt = 1, Machine = "node", Path = "cold", Reason = "no template was made for it" });
        log.Write(new AttemptFinished
        {
            Scenario = id,
            Attempt = 1,
            Outcome = Outcome.Passed,
            Seconds = 12.5,
            Reproduce = $"ci/kola run {id} --seed 1",
            Starvation = new("node", 12, 0.01, 0.1, 0),
            Files = ["node/console.log", "node/qemu.log", "node/qmp.log"],
        });
    }

    private void Keep(string name, ReadOnlySpan<byte> content)
    {
        var path = Path.Combine(root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }
}
