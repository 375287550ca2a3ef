using Kola.Machines.Capabilities;
using Kola.Machines.Images.Catalog;
using Kola.Yaml;

namespace Kola.Cli.Projects;

/// <summary>What <c>kola init</c> has to know of an operating system.</summary>
internal sealed record ProjectOutline
{
    /// <summary>Words for <c>--ci</c>.</summary>
    public static IReadOnlyList<string> Pipelines { get; } = ["github", "gitlab", "both", "none"];

    public static IReadOnlyList<string> Firmwares { get; } = ["uefi", "bios"];

    public static IReadOnlyList<string> Provisionings { get; } = ["ignition", "cloud-init", "credentials", "none"];

    /// <summary>The image's name in the catalog.</summary>
    public required string Image { get; init; }

    /// <summary>Path of its disk image, as the catalog writes it: relative to <c>images/</c>, or absolute.</summary>
    public required string Disk { get; init; }

    /// <summary>Version of the release on that disk.</summary>
    public required string Release { get; init; }

    /// <summary>A name, or the path of an adapter program, as the catalog writes it: relative to <c>images/</c>, or absolute.</summary>
    public required string Adapter { get; init; }

    public required string Firmware { get; init; }

    public required string Provisioning { get; init; }

    public required string User { get; init; }

    /// <summary>What the catalog declares of it.</summary>
    public required IReadOnlyList<Capability> Capabilities { get; init; }

    /// <summary>A word of <see cref="Pipelines"/>.</summary>
    public required string Pipeline { get; init; }

    /// <summary>What an OS with this adapter is taken to be able to, until its makers say more: an updater with A/B slots, or a plain system.</summary>
    public static IReadOnlyList<Capability> UsualCapabilities(string adapter, string firmware, string provisioning)
    {
        Capability[] usual =
        [
            .. Updates(adapter) ? [Capability.SelfUpdate, Capability.AtomicSlots, Capability.SignedUpdates, Capability.BootCounting, Capability.AutomaticRollback] : Array.Empty<Capability>(),
            .. firmware == "uefi" ? [Capability.Uefi] : Array.Empty<Capability>(),
            .. Enum.GetValues<Capability>().Where(capability => capability.Word() == provisioning),
            Capability.PersistentState,
        ];
        return [.. usual.Where(capability => AdapterReference.Capabilities(adapter)?.Contains(capability) ?? false)];
    }

    /// <summary>Scenarios of the library that put on trial what the OS can.</summary>
    public IReadOnlyList<string> Library()
    {
        var can = Capabilities.ToHashSet();
        (bool Fits, string[] Patterns)[] all =
        [
            (can.Contains(Capability.SelfUpdate), ["update/n1-to-n", "update/n-to-n", "update/power-cycle", "power/staged", "power/download"]),
            (can.Contains(Capability.SignedUpdates), ["payload/*"]),
            (can.Contains(Capability.AutomaticRollback), ["rollback/*"]),
            (can.Contains(Capability.PersistentState), ["power/cut-keeps-state"]),
            (can.Contains(Capability.Ignition), ["provision/ignition"]),
        ];
        return [.. all.Where(part => part.Fits).SelectMany(part => part.Patterns)];
    }

    private static bool Updates(string adapter) => AdapterReference.Capabilities(adapter)?.Contains(Capability.SelfUpdate) ?? false;
}
