using System.ComponentModel;

namespace Kola.Machines.Capabilities;

/// <summary>What an operating system can: the one closed list. An image of the catalog declares some, a scenario needs some, a policy demands some.</summary>
/// <remarks>Files write the members in kebab case. A word here is a promise that scenarios put on trial; how is theirs to say.</remarks>
public enum Capability
{
    [Description("Installs a newer release of itself from an HTTP server and runs it after a reboot.")]
    SelfUpdate,

    [Description("Installs a release beside the one that runs: an update that is interrupted, or has no room, leaves the running release bootable.")]
    AtomicSlots,

    [Description("Refuses an update that is not signed by a key it trusts, and one whose content is not what was signed.")]
    SignedUpdates,

    [Description("Signs the list of a release's files, by which each file is verified.")]
    SignedManifest,

    [Description("Takes over the key of a new signer from a release that the old one signed.")]
    KeyRotation,

    [Description("Refuses an update that is made for another product.")]
    ProductCheck,

    [Description("Does not install a release that is older than the one that runs.")]
    DowngradeProtection,

    [Description("Runs one update at a time: a second one is refused while the first is under way.")]
    UpdateLock,

    [Description("Finishes a download although the network or the server is away for a while.")]
    DownloadRetry,

    [Description("Stops at required releases on the way to the newest.")]
    UpdateBarrier,

    [Description("Uses a second server when the first cannot be reached.")]
    ServerFailover,

    [Description("Counts the boots of a release on trial and gives it up when its tries are used up.")]
    BootCounting,

    [Description("Returns to the release before when a new one fails, without a person's help.")]
    AutomaticRollback,

    [Description("Returns to the other installed release when it is told to, and stays there.")]
    ManualRollback,

    [Description("Marks a release on trial as good, and only after its boot is complete.")]
    BootAssessment,

    [Description("Decides by a health check of the release whether its boot is good.")]
    HealthCheck,

    [Description("Its health check asks for a working network.")]
    NetworkCheck,

    [Description("Ends a boot on trial that is not complete in time.")]
    BootDeadline,

    [Description("Reports once on the console that a release failed.")]
    FailureReport,

    [Description("Does not install again a release that failed on this machine.")]
    FailureMemory,

    [Description("Starts each release from a file of its own on the boot partition.")]
    BootPartition,

    [Description("Installs the boot loader that a release brings.")]
    BootLoaderUpdate,

    [Description("Verifies its system files while it runs, and stops when one is damaged.")]
    Verity,

    [Description("Feeds a hardware watchdog, which resets a machine that hangs.")]
    Watchdog,

    [Description("Takes its first configuration from Ignition.")]
    Ignition,

    [Description("Takes its first configuration from cloud-init.")]
    CloudInit,

    [Description("Takes systemd credentials from the machine's firmware (SMBIOS).")]
    Credentials,

    [Description("Drives a TPM 2.0.")]
    Tpm,

    [Description("Unlocks a volume that is sealed to the TPM, also after an update and a fall-back.")]
    SealedVolume,

    [Description("Boots by UEFI.")]
    Uefi,

    [Description("Boots from an NVMe disk.")]
    Nvme,

    [Description("Boots from a SCSI disk.")]
    Scsi,

    [Description("Keeps data, configuration and identity over reboots and power cuts.")]
    PersistentState,

    [Description("Keeps the journal of earlier boots.")]
    PersistentJournal,

    [Description("Restarts its user space without a reboot of the kernel.")]
    UserSpaceReboot,

    [Description("Sets its clock by the network.")]
    TimeSync,

    [Description("Reboots into an installed release only within a window of time.")]
    RebootWindow,

    [Description("Asks a FleetLock server for a slot before it reboots into an installed release.")]
    RebootAgent,

    [Description("Can be a member of an etcd cluster.")]
    EtcdMember,
}
