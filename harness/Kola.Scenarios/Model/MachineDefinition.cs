using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Net;
using Kola.Machines;
using Kola.Machines.Host;
using Kola.Yaml;
using Kola.Yaml.Binding;
using Kola.Yaml.Nodes;
using Kola.Yaml.Shapes;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Model;

/// <summary>A machine as a scenario asks for it.</summary>
[ExactlyOneOf("ignition", "cloud-init", Optional = true)]
public sealed record MachineDefinition : IChecked
{
    /// <summary>Its key under <c>machines</c>.</summary>
    [Unwritten]
    public string Name { get; init; } = "";

    [Unwritten]
    public SourceLocation Location { get; init; }

    /// <summary>Never <see langword="null"/> after loading: the scenario's own image stands in.</summary>
    [Description("Image to boot: a role (previous, candidate, next, oldest), a name of images/catalog.yaml, with ':release' for a certain release, or a path that starts with './'. Default: the scenario's image.")]
    [StandsFor(ReleaseWords.Image), Example("candidate"), Example("debian-cloud")]
    public string? Image { get; init; }

    /// <summary><see langword="null"/> after loading: its members stand for it.</summary>
    [Description("So many machines of this kind instead of one: NAME1, NAME2, …. In them ${index} is the number, from 1, and ${name} the machine's name."), Range(1, 16)]
    public int? Count { get; init; }

    [Description("Number of virtual CPUs. Default: 2; 1 where the processor is emulated, which is dear."), Range(1, 64)]
    public int? Cpus { get; init; }

    [Description("Memory."), Example("1GiB")]
    public Size Memory { get; init; } = new(1L << 30);

    [Description("Firmware. Default: what the image catalog says.")]
    public FirmwareKind? Firmware { get; init; }

    [Description("Whether the machine has a TPM 2.0.")]
    public bool Tpm { get; init; }

    [Description("The disk it boots from.")]
    public BootDiskDefinition Disk { get; init; } = new();

    [Description("Further, empty disks by name; on virtio the guest sees them as /dev/disk/by-id/virtio-NAME.")]
    [Format("^[a-z][a-z0-9-]{0,19}$", "lower-case letters, digits and dashes, at most 20", Keys = true)]
    public IReadOnlyDictionary<string, ExtraDiskDefinition> Disks { get; init; } = new Dictionary<string, ExtraDiskDefinition>();

    [Description("Networks.")]
    public NetworkDefinition Network { get; init; } = new();

    [Description("Whether the machine has a display, so that a failure comes with a screenshot.")]
    public bool Graphics { get; init; }

    [Description("Ignition config: a mapping, JSON text, or { file: … }.")]
    public IgnitionDefinition? Ignition { get; init; }

    [Description("cloud-init data (NoCloud).")]
    public CloudInitDefinition? CloudInit { get; init; }

    [Description("systemd credentials by name, handed over as SMBIOS strings."), Example("{ ssh.authorized_keys.root: ssh-ed25519 AAAA… }")]
    [Format("^[A-Za-z0-9_.@-]{1,255}$", "a credential's name", Keys = true)]
    public IReadOnlyDictionary<string, string> Credentials { get; init; } = new Dictionary<string, string>();

    [Description("Group in which the machine's reboot agent asks the scenario's first FleetLock server for a slot. The agent is configured by 'lockClient' of the image catalog."), Format("^[A-Za-z0-9.-]+$", "a group's name of letters, digits, dots and dashes"), Example("default")]
    public string? RebootGroup { get; init; }

    [Description("User to log in as over SSH. Default: what the image catalog says.")]
    public string? User { get; init; }

    [Description("What must hold before the first step; false: start the machine and do not wait for it.")]
    public ReadyDefinition Ready { get; init; } = new();

    [Description("false: the machine stays off until a step powers it on.")]
    public bool Start { get; init; } = true;

    /// <summary>
    /// Virtual CPUs on a host. Under emulation two machines of one each boot on two cores in 60 s, and one of two in 38 s: what does not ask for more gets one there, and two run at once.
    /// </summary>
    public int CpusOn(Accelerator accelerator) => Cpus ?? (accelerator.IsEmulated ? 1 : 2);

    /// <inheritdoc/>
    public bool CheckKeys(YamlMapping written, BindingContext context)
    {
        // A machine that is not waited for may be one that nobody logs in to.
        if (!Ready.Wait || CloudInit?.UserData?.LocksOut is not { } users)
            return true;
        context.Report(users, "'users' leaves out the image's default user, whom Kola's key is given to: Kola could not log in; add '- default' to the list, or say 'ready: false' where no step logs in");
        return false;
    }
}

/// <summary>The disk that a machine boots from.</summary>
[NotEmpty]
public sealed record BootDiskDefinition
{
    [Description("Bus.")]
    public DiskBusName Bus { get; init; } = DiskBusName.Virtio;

    [Description("Size to grow the disk to. Default: the image's own."), Example("4GiB")]
    public Size? Size { get; init; }

    /// <summary>Least size, where <see cref="Size"/> says none: a larger image keeps its own.</summary>
    [Unwritten]
    public Size? AtLeast { get; init; }
}

/// <summary>An empty disk.</summary>
public sealed record ExtraDiskDefinition
{
    [Description("Size."), Shorthand, Example("1GiB")]
    public required Size Size { get; init; }

    [Description("Bus.")]
    public DiskBusName Bus { get; init; } = DiskBusName.Virtio;
}

public enum DiskBusName { Virtio, Nvme, Scsi }

/// <summary>A machine's networks.</summary>
[NotEmpty]
public sealed record NetworkDefinition
{
    [Description("Whether the guest may reach the Internet. It reaches only what the scenario serves otherwise.")]
    public bool Internet { get; init; }

    [Description("Number of further network interfaces."), Range(0, 8)]
    public int ExtraNics { get; init; }

    [Description("Networks of the scenario that the machine joins, each with its address there; provisioning sets it, and the names of the others. Their interfaces count on from the further ones."), Example("{ lab: 10.20.0.11 }")]
    [Format(LabNetworks.NamePattern, LabNetworks.NameForm, Keys = true)]
    public IReadOnlyDictionary<string, IPAddress> Joins { get; init; } = new Dictionary<string, IPAddress>();

    [Unwritten]
    public SourceLocation Location { get; init; }
}

/// <summary>What must hold before a machine is worked with.</summary>
[NotEmpty]
public sealed record ReadyDefinition
{
    [Description("false: start the machine and do not wait for it."), Shorthand]
    public bool Wait { get; init; } = true;

    [Description("Units that may have failed.")]
    public IReadOnlyList<string> AllowFailedUnits { get; init; } = [];

    [Description("Time to become ready in, for KVM; longer under emulation."), Example("2m")]
    public TimeSpan? Timeout { get; init; }
}
