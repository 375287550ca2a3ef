using System.ComponentModel;
using System.Net;
using Kola.Machines.Capabilities;
using Kola.Machines.Images.Catalog;
using Kola.Scenarios.Model.Values;
using Kola.Yaml.Binding;
using Kola.Yaml.Shapes;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Model;

/// <summary>A scenario file as it is written, at one point of its matrix.</summary>
[ExactlyOneOf("machines", "from")]
public sealed record ScenarioDocument
{
    /// <summary>How the file is written.</summary>
    internal static RecordLayout Layout { get; } = ShapeFactory.DocumentOf(typeof(ScenarioDocument));

    public const string NamePattern = "^[a-z][a-z0-9-]*(\\.[a-z0-9][a-z0-9-]*)+$";

    [Description("Name, unique among all scenarios: a group and what is tried, with a dot between."), Example("boot.uefi")]
    [Format(NamePattern, "a dotted name in lower case such as boot.uefi", Literal = true)]
    public required string Scenario { get; init; }

    [Description("One sentence that says what is true when the scenario passes.")]
    [Format(@"^[^\n]*\S[^\n]*$", "one sentence on one line", Literal = true)]
    public required string Summary { get; init; }

    [Description("Tags to select by."), Example("[boot, ci]")]
    [Format("^[a-z][a-z0-9-]*$", "a tag of lower-case letters, digits and dashes", Literal = true)]
    public IReadOnlyList<string> Tags { get; init; } = [];

    [Description("Bound of one attempt, for KVM; longer under emulation. It starts when the machines are admitted. Default: 5m."), Example("3m")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    [Description("Image of the machines that name none: a role (previous, candidate, next, oldest), or a name of images/catalog.yaml, with ':release' for a certain release."), StandsFor(ReleaseWords.Image), Example("candidate")]
    public string? Image { get; init; }

    [Description("The one image that the scenario exists for, which it may name. Without it a file among a checkout's scenarios speaks of roles alone."), Example("debian-cloud")]
    [Format(ImageCatalog.NamePattern, "an image's name such as debian-cloud", Literal = true)]
    public string? For { get; init; }

    [Description("What the OS must be able to do. Where its image does not declare one of them, the scenario does not apply: it is shown and counted, and never passes."), Example("[automatic-rollback]")]
    public IReadOnlyList<Capability> Needs { get; init; } = [];

    [Description("Values by variable. Every combination is a test of its own; ${variable} stands for the value."), NotEmpty]
    [Format(Variables.NamePattern, "a variable's name in lower case", Keys = true), Example("{ tpm: [false, true] }")]
    public IReadOnlyDictionary<string, IReadOnlyList<VariableValue>> Matrix { get; init; } = new Dictionary<string, IReadOnlyList<VariableValue>>();

    [Description("Default values by parameter; --set name=value overrides them, and ${parameter} stands for the value.")]
    [Format(Variables.NamePattern, "a parameter's name in lower case", Keys = true), Example("{ size: 2GiB }")]
    public IReadOnlyDictionary<string, VariableValue> Parameters { get; init; } = new Dictionary<string, VariableValue>();

    [Description("clone (default): the machines may go on from a template, a system that booted and became ready in the same way earlier. cold: they boot, because the first boot is what the scenario is about.")]
    public BootPath Boot { get; init; } = BootPath.Clone;

    [Description("Go on from a checkpoint of another scenario, with its machines and their networks as they were then."), Example("{ scenario: reboot-keeps-state.yaml, checkpoint: canary-written }")]
    public ParentCheckpoint? From { get; init; }

    [Description("Ethernet segments that machines share, each with its IPv4 network; 'network: { joins: … }' plugs a machine in."), Example("{ lab: 10.20.0.0/24 }")]
    [Format(LabNetworks.NamePattern, LabNetworks.NameForm, Keys = true)]
    public IReadOnlyDictionary<string, IPNetwork> Networks { get; init; } = new Dictionary<string, IPNetwork>();

    [Description("Machines by name."), NotEmpty]
    [Format("^[a-z][a-z0-9-]{0,31}$", "a machine's name of lower-case letters, digits and dashes, at most 32", Keys = true)]
    public IReadOnlyDictionary<string, MachineDefinition> Machines { get; init; } = new Dictionary<string, MachineDefinition>();

    [Description("Faults that do not end the attempt: of the console, and reboots that no step asked for."), OneOf(typeof(AllowableFaults), nameof(AllowableFaults.Names))]
    public IReadOnlyList<string> Allow { get; init; } = [];

    [Description("What an update, a fall-back or a rollback may change of what it must leave as it is: machine id, SSH host keys, host name, files of /etc, the journal, enabled units."), Example("[etc-file:/etc/issue]")]
    public IReadOnlyList<AllowedChange> MayChange { get; init; } = [];

    [Description("What is done and checked, in order."), NotEmpty]
    public required IReadOnlyList<Step> Steps { get; init; }
}
