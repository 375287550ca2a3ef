using System.ComponentModel;
using Kola.Yaml.Binding;
using Kola.Yaml.Nodes;
using Kola.Yaml.Shapes;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;

namespace Kola.Scenarios.ExternalTests;

/// <summary>What a test says of itself, in its own comment or in the <c>kola.json</c> of its folder. Keys are those of coreos-assembler's kola.</summary>
public sealed record ExternalMetadata : IChecked
{
    [Key("exclusive"), Description("false: it may share a machine with others.")]
    public bool Exclusive { get; init; } = true;

    [Key("architectures"), Description("Architectures that it is for; with ! before them, that it is not for.")]
    public string? Architectures { get; init; }

    [Key("platforms"), Description("Platforms that it is for, or with ! is not for. Kola's machines are 'qemu'.")]
    public string? Platforms { get; init; }

    [Key("distros"), Description("Distributions that it is for, or with ! is not for.")]
    public string? Distros { get; init; }

    [Key("tags"), Description("Tags, with spaces between.")]
    public string? Tags { get; init; }

    [Key("requiredTag"), Description("Tag without which a run leaves it out.")]
    public string? RequiredTag { get; init; }

    [Key("description"), Description("What it tests.")]
    public string? Description { get; init; }

    [Key("timeoutMin"), Description("Minutes that it has. Default: 10."), Range(0, 1440)]
    public int TimeoutMin { get; init; }

    [Key("minMemory"), Description("Least memory in MiB."), Range(0, 1 << 20)]
    public int MinMemory { get; init; }

    [Key("minDisk"), Description("Least size of the boot disk in GiB."), Range(0, 1 << 14)]
    public int MinDisk { get; init; }

    [Key("primaryDisk"), Description("Size of the boot disk, with options: 20G:channel=nvme. A list may have one entry.")]
    public DiskWord? PrimaryDisk { get; init; }

    [Key("additionalDisks"), Description("Sizes of further, empty disks, with options.")]
    public IReadOnlyList<DiskWord> AdditionalDisks { get; init; } = [];

    [Key("additionalNics"), Description("Number of further network interfaces."), Range(0, 1000)]
    public int AdditionalNics { get; init; }

    [Key("conflicts"), Description("Tests that it does not share a machine with.")]
    public IReadOnlyList<string> Conflicts { get; init; } = [];

    [Key("allowConfigWarnings"), Description("Whether butane may warn of the config.")]
    public bool AllowConfigWarnings { get; init; }

    [Key("noInstanceCreds"), Description("Whether a cloud gives the machine no credentials. Kola never does.")]
    public bool NoInstanceCreds { get; init; }

    [Key("instanceType"), Description("Kind of machine of a cloud; without a meaning here.")]
    public string? InstanceType { get; init; }

    [Key("creationDate"), Description("Since when there is the test; without a meaning here: a failure is one from the first day.")]
    public string? CreationDate { get; init; }

    [Key("appendKernelArgs"), Description("Not supported.")]
    public string? AppendKernelArgs { get; init; }

    [Key("appendFirstbootKernelArgs"), Description("Not supported.")]
    public string? AppendFirstbootKernelArgs { get; init; }

    [Key("injectContainer"), Description("Not supported.")]
    public bool InjectContainer { get; init; }

    [Key("numaNodes"), Description("Not supported.")]
    public bool NumaNodes { get; init; }

    [Key("bindMountHostRO"), Description("Not supported.")]
    public IReadOnlyList<string> BindMountHostRO { get; init; } = [];

    [Key("bootFrom"), Description("Not supported.")]
    public string? BootFrom { get; init; }

    [Key("requiredHostPorts"), Description("Not supported.")]
    public IReadOnlyList<int> RequiredHostPorts { get; init; } = [];

    /// <summary>The tags one by one.</summary>
    [Unwritten]
    public IReadOnlyList<string> TagList => Tags?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <inheritdoc/>
    public bool CheckKeys(YamlMapping written, BindingContext context)
    {
        if (!Exclusive || written.Entries.FirstOrDefault(entry => entry.Key.Text == "conflicts") is not { } conflicts)
            return true;
        context.Report(conflicts.Key.Location, "'conflicts' is only for a test that shares its machine; add 'exclusive: false', or leave it out");
        return false;
    }
}
