namespace Kola.Machines.Capabilities;

/// <summary>Which capabilities can be put on trial through each guest adapter. An image cannot declare one that its adapter has no way to show.</summary>
/// <remarks>It stands here and not with the adapters because the image catalog, which lies below them, is checked by it.</remarks>
public static class AdapterCapabilities
{
    /// <summary>What needs no update and no slots, so that any systemd guest can show it.</summary>
    private static readonly Capability[] Systemd =
    [
        Capability.HealthCheck, Capability.Watchdog, Capability.Ignition, Capability.CloudInit, Capability.Credentials, Capability.Tpm, Capability.SealedVolume,
        Capability.Uefi, Capability.Nvme, Capability.Scsi, Capability.PersistentState, Capability.PersistentJournal, Capability.UserSpaceReboot, Capability.TimeSync, Capability.EtcdMember,
    ];

    private static readonly Dictionary<string, IReadOnlySet<Capability>> ByAdapter = new(StringComparer.Ordinal)
    {
        ["systemd"] = Systemd.ToHashSet(),
        ["systemd-sysupdate"] = Enum.GetValues<Capability>().ToHashSet(),
        // A payload carries its own signature, and the adapter cannot restart user space alone.
        ["flatcar"] = Enum.GetValues<Capability>().Except([Capability.SignedManifest, Capability.UserSpaceReboot]).ToHashSet(),
        // A slot that runs is an ordinary file system with its kernel in it, a bundle carries its own signature, and the adapter cannot restart user space alone.
        ["rauc"] = Enum.GetValues<Capability>().Except([Capability.Verity, Capability.SignedManifest, Capability.BootPartition, Capability.UserSpaceReboot]).ToHashSet(),
    };

    /// <summary>What images may declare whose adapter is a program: all but what is shown only by their disks, which such an adapter cannot read.</summary>
    public static IReadOnlySet<Capability> Program { get; } = Enum.GetValues<Capability>().Except([Capability.Verity, Capability.BootPartition, Capability.BootLoaderUpdate]).ToHashSet();

    /// <summary>The adapters that are known here, by name.</summary>
    public static IReadOnlyCollection<string> Adapters => ByAdapter.Keys;

    /// <summary>What images of an adapter may declare; <see langword="null"/> when there is no such adapter.</summary>
    public static IReadOnlySet<Capability>? Of(string adapter) => ByAdapter.GetValueOrDefault(adapter);
}
