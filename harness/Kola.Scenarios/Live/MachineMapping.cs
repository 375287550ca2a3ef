using System.Text.Json.Nodes;
using Kola.Machines;
using Kola.Machines.Guests;
using Kola.Machines.Host;
using Kola.Machines.Images;
using Kola.Machines.Images.Catalog;
using Kola.Machines.Provisioning;
using Kola.Machines.Qemu.Serial;
using Kola.Scenarios.Model;
using Kola.Scenarios.Services;

namespace Kola.Scenarios.Live;

/// <summary>From what a scenario asks for to what a machine is.</summary>
internal static class MachineMapping
{
    /// <summary>Room that a guest's root file system is given where nobody says otherwise: images are shipped without it.</summary>
    private const long DefaultGrowth = 2L << 30;

    /// <summary>For an image of which nobody says what it is.</summary>
    private const string DefaultAdapter = "systemd";

    public static IGuestAdapter Adapter(ResolvedImage image) => GuestAdapters.Of(image, DefaultAdapter);

    /// <param name="accelerator">Of the host that it runs on.</param>
    /// <param name="served">What its network relays to this host; none where the network does not matter.</param>
    /// <param name="lab">The cards by which it joins networks of others; <see langword="null"/>: as many, with no way to them, where nothing is started.</param>
    public static MachineSpec ToSpec(MachineDefinition definition, ResolvedImage image, Accelerator accelerator, IReadOnlyList<QemuAttachment> attachments, IReadOnlyList<ServedAddress>? served = null, IReadOnlyList<LabNic>? lab = null) => new()
    {
        Name = definition.Name,
        Image = image.Disk,
        Cpus = definition.CpusOn(accelerator),
        MemoryBytes = definition.Memory.Bytes,
        Firmware = definition.Firmware ?? image.Firmware,
        Tpm = definition.Tpm,
        BootBus = Bus(definition.Disk.Bus),
        BootDiskBytes = definition.Disk.Size?.Bytes ?? Math.Max(image.VirtualSize + DefaultGrowth, definition.Disk.AtLeast?.Bytes ?? 0),
        ExtraDisks = [.. definition.Disks.Select(disk => new ExtraDisk(disk.Key, disk.Value.Size.Bytes, Bus(disk.Value.Bus)))],
        Network = new() { Internet = definition.Network.Internet, ExtraNics = definition.Network.ExtraNics, Served = served ?? [], Lab = lab ?? [.. definition.Network.Joins.Keys.Select(name => new LabNic(name, ""))] },
        Graphics = definition.Graphics,
        // A credential that the scenario gives is the scenario's.
        Attachments = [.. attachments, .. SystemdCredentials.Attach(Adapter(image).JournalCredentials.ExceptBy(definition.Credentials.Keys, ours => ours.Key))],
        JournalPort = Adapter(image).JournalCredentials.Count > 0,
        FatalPatterns = [.. image.ConsoleFaults.Select(f => new ConsolePattern(f.Name, f.Pattern))],
    };

    /// <summary>What a definition provisions with; where it says nothing, what lets Kola in by the image's own kind.</summary>
    /// <param name="files">Kola's own, for Ignition.</param>
    /// <exception cref="InputException">There are files, and nothing that would write them.</exception>
    public static IReadOnlyList<ProvisioningConfig> ToProvisioning(MachineDefinition definition, ResolvedImage image, IReadOnlyList<ProvisionedFile> files)
    {
        var configs = ToProvisioning(definition, image);
        files = [.. files, .. LockClientFiles(definition, image)];
        if (files.Count == 0)
            return configs;
        if (!configs.Any(config => config is ProvisioningConfig.Ignition))
            throw new InputException($"machine {definition.Name} joins a network or has a 'reboot-group', and its image {image.Name} is not provisioned by Ignition, which writes files; expected an image that is");
        return [.. configs.Select(config => config is ProvisioningConfig.Ignition ignition ? ignition with { Files = files } : config)];
    }

    /// <summary>What tells the reboot agent whom to ask.</summary>
    /// <exception cref="NotProvenException">Nobody knows how this image's is told.</exception>
    private static IReadOnlyList<ProvisionedFile> LockClientFiles(MachineDefinition definition, ResolvedImage image)
    {
        if (definition.RebootGroup is not { } group)
            return [];
        var client = image.LockClient
            ?? throw new NotProvenException($"how the reboot agent of {image.Name} is told of a FleetLock server is not known, and machine {definition.Name} has a 'reboot-group'; add lockClient to the image in images/catalog.yaml");
        return [new(client.File, client.For(FleetLockDeclaration.First, group))];
    }

    /// <summary>As above, without files of Kola's.</summary>
    private static List<ProvisioningConfig> ToProvisioning(MachineDefinition definition, ResolvedImage image)
    {
        var configs = new List<ProvisioningConfig>();
        if (definition.Ignition is { } ignition)
            configs.Add(Ignition(ignition.Config, image));
        if (definition.CloudInit is { } cloud)
            configs.Add(new ProvisioningConfig.CloudInit(UserData(cloud.UserData), Plain(cloud.MetaData), Plain(cloud.NetworkConfig)) { PackedUserData = cloud.UserData.Packed });
        if (definition.Credentials.Count > 0)
            configs.Add(new ProvisioningConfig.Credentials(definition.Credentials));
        return configs.Count > 0 ? configs : [Bare(image)];
    }

    private static ProvisioningConfig.Ignition Ignition(JsonObject? config, ResolvedImage image)
    {
        var ignition = new ProvisioningConfig.Ignition(config);
        return image.FwCfg is { } name ? ignition with { FwCfg = name } : ignition;
    }

    private static ProvisioningConfig Bare(ResolvedImage image) => image.Provisioning switch
    {
        ProvisioningKind.Ignition => Ignition(null, image),
        ProvisioningKind.CloudInit => new ProvisioningConfig.CloudInit(null),
        ProvisioningKind.Credentials => new ProvisioningConfig.Credentials(new Dictionary<string, string>()),
        ProvisioningKind.None => new ProvisioningConfig.None(),
    };

    private static DiskBus Bus(DiskBusName name) => name switch
    {
        DiskBusName.Virtio => DiskBus.VirtioBlk,
        DiskBusName.Nvme => DiskBus.Nvme,
        DiskBusName.Scsi => DiskBus.Scsi,
    };

    /// <summary>user-data says with its first line what it is; meta-data and network-config are plain YAML, and so is JSON.</summary>
    private static string? UserData(SeedContent content) =>
        content.Text ?? (content.Mapping is { } mapping ? ProvisioningConfig.CloudInit.CloudConfig(mapping) : null);

    private static string? Plain(SeedContent? content) => content?.Text ?? content?.Mapping?.ToJsonString();
}
