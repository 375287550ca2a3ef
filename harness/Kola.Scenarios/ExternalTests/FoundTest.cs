using Kola.Machines.Qemu.Serial;
using Kola.Results.Events;
using Kola.Scenarios.Model;
using Kola.Scenarios.Steps.External;
using Kola.Yaml;
using Kola.Yaml.Nodes;
using Kola.Yaml.Values;

namespace Kola.Scenarios.ExternalTests;

/// <summary>An external test that was read, on its way to being a scenario.</summary>
/// <param name="Name">As coreos-assembler's kola names it: <c>ext.project.folder.test</c>.</param>
/// <param name="Executable">Absolute path.</param>
/// <param name="Project">Absolute path of the project.</param>
/// <param name="ShownPath">See <see cref="ExternalTest.ShownPath"/>.</param>
internal sealed record FoundTest(string Name, string Executable, string Project, string ShownPath, ExternalMetadata Metadata)
{
    private const string Machine = "node", NeedsInternet = "needs-internet", SkipBaseChecks = "skip-base-checks";

    /// <summary>Minutes that a test has that says nothing.</summary>
    private const int DefaultMinutes = 10;

    /// <summary>For what comes before and after the test, for KVM: boot, upload, the checks at the end.</summary>
    private static readonly TimeSpan Around = TimeSpan.FromMinutes(5);

    /// <summary>Its config; <see langword="null"/>: it brings none, or it is not known.</summary>
    public IgnitionDefinition? Ignition { get; init; }

    /// <summary>Whether it brings a config, known or not.</summary>
    public bool BringsConfig { get; init; }

    /// <summary>See <see cref="ExternalTest.Unready"/>.</summary>
    public string? Unready { get; init; }

    /// <summary>Digest of all that belongs to it, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>See <see cref="ExternalTest.Shares"/>.</summary>
    public string? Shares { get; init; }

    /// <summary>See <see cref="ExternalTestStep.Number"/>.</summary>
    public int Number { get; init; }

    /// <summary>What its machine is, as a text: tests with the same text can share one.</summary>
    public string Needs => string.Join('\n', (object?[])[
        Metadata.MinMemory, Metadata.MinDisk, Metadata.AdditionalNics, Text(Metadata.PrimaryDisk), string.Join(' ', Metadata.AdditionalDisks.Select(Text)),
        Internet, string.Join(' ', Allowed), Ignition?.Config.ToJsonString()]);

    private bool Internet => Metadata.TagList.Contains(NeedsInternet);

    /// <summary>Faults of the console that are not looked for. A test may not reboot unasked, whatever it says.</summary>
    private IReadOnlyList<string> Allowed => Metadata.TagList.Contains(SkipBaseChecks) ? [.. ConsolePatterns.Fatal.Select(pattern => pattern.Name).Distinct()] : [];

    private TimeSpan Time => TimeSpan.FromMinutes(Metadata.TimeoutMin is 0 ? DefaultMinutes : Metadata.TimeoutMin);

    /// <summary>The scenario that runs it on the candidate.</summary>
    public Scenario ToScenario(ReleaseRoles roles)
    {
        var place = new SourceLocation(Model.ShownPath.Of(Executable), 1, 1);
        var document = new ScenarioDocument
        {
            Scenario = Name,
            Summary = Metadata.Description?.ReplaceLineEndings(" ").Trim() is { Length: > 0 } said ? said : $"External test {Name} passes",
            Tags = [.. Metadata.TagList.Prepend("external").Concat(Metadata.RequiredTag is { } required ? [required] : []).Distinct()],
            Timeout = Time + Around,
            Image = ReleaseRole.Candidate,
            Machines = new Dictionary<string, MachineDefinition> { [Machine] = ToMachine(place) },
            Allow = Allowed,
            Steps = [new ExternalTestStep { Executable = Executable, Test = Name, Number = Number, Timeout = Time, On = [Machine], Location = place }],
        };
        var tree = new YamlMapping(place, [new(new(place, "scenario", Plain: true), new YamlScalar(place, Name, Plain: true))]);
        var variables = new VariableTable { Matrix = new Dictionary<string, IReadOnlyList<Model.Values.VariableValue>>(), Parameters = new Dictionary<string, Model.Values.VariableValue>(), Roles = roles };
        return new(new(place.Path, Project, tree, new(new(roles))), variables, [new(new Dictionary<string, Model.Values.VariableValue>(), document)])
        {
            Name = Name,
            Summary = document.Summary,
            Tags = document.Tags,
            Path = Executable,
            Sha256 = Sha256,
            External = new()
            {
                Project = Project,
                ShownPath = ShownPath,
                RequiredTag = Metadata.RequiredTag,
                Shares = Shares,
                Unready = Unready,
                NotDone = [.. Unsupported.Of(Metadata)],
                Architectures = WordChoice.Parse(Metadata.Architectures),
                Distributions = WordChoice.Parse(Metadata.Distros),
                NeedsIgnition = BringsConfig,
            },
        };
    }

    private MachineDefinition ToMachine(SourceLocation place) => new()
    {
        Name = Machine,
        Location = place,
        Image = ReleaseRole.Candidate,
        Memory = new(Math.Max(new MachineDefinition().Memory.Bytes, (long)Metadata.MinMemory << 20)),
        Disk = new()
        {
            Bus = Metadata.PrimaryDisk?.Bus ?? DiskBusName.Virtio,
            AtLeast = Math.Max((long)Metadata.MinDisk << 30, Metadata.PrimaryDisk?.Bytes ?? 0) is > 0 and var bytes ? new Size(bytes) : null,
        },
        Disks = Metadata.AdditionalDisks.Index().DistinctBy(disk => disk.Item.NameAt(disk.Index)).ToDictionary(disk => disk.Item.NameAt(disk.Index), disk => new ExtraDiskDefinition { Size = new(disk.Item.Bytes), Bus = disk.Item.Bus }),
        Network = new() { Internet = Internet, ExtraNics = Math.Min(Metadata.AdditionalNics, Unsupported.MostNics) },
        Ignition = Ignition,
    };

    private static string Text(DiskWord? disk) => disk is null ? "" : $"{disk.Bytes}:{disk.Bus}:{disk.Serial}";
}
