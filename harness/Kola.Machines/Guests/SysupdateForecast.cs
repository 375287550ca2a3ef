using System.IO.Enumeration;
using Kola.Machines.Offline;
using Kola.Machines.Sweeps;
using Kola.Machines.Sweeps.Fat;

namespace Kola.Machines.Guests;

/// <summary>What systemd-boot takes from a disk that systemd-sysupdate updates, and whether that is whole: its UKI, and the <c>/usr</c> that the UKI's root hash asks for.</summary>
/// <remarks>
/// systemd-boot does not list a file whose headers or os-release it cannot read. Its own EFI variables (an entry that was pinned) are not looked at: an update takes a pin back before it begins.
/// </remarks>
internal sealed class SysupdateForecast : IBootForecaster
{
    private const string LoaderConfiguration = "/loader/loader.conf";

    /// <inheritdoc/>
    public IReadOnlyList<string> LoaderFiles { get; } = ["/EFI/BOOT", "/EFI/systemd", LoaderConfiguration];

    /// <inheritdoc/>
    public BootForecast Forecast(DiskReading disk, KnownSystems known)
    {
        if (known.LoaderDamage(disk, LoaderFiles) is { } loader)
            return BootForecast.None($"the boot loader is damaged: {loader}", loader);
        var listed = new List<(LoaderEntry Entry, FatFile File)>();
        var hidden = new List<string>();
        foreach (var file in disk.BootFiles.List(SysupdateLayout.EntryFolder).Where(file => file.Name.EndsWith(".efi", StringComparison.OrdinalIgnoreCase)))
        {
            if (disk.Once(file, "kernel", UnifiedKernel.Read).OsRelease is { } release)
                listed.Add((new(file.Path, SysupdateLayout.Named(file.Path)?.Tries, OsRelease.Parse(release)), file));
            else
                hidden.Add(file.Name);
        }

        var order = listed.OrderBy(pair => pair.Entry, SystemdBootOrder.Instance).ToList();
        // loader.conf(5): the first that the pattern matches; without one, or where none does, the first of all.
        if (Default(disk) is { } pattern && order.FindIndex(pair => FileSystemName.MatchesSimpleExpression(pattern, Path.GetFileName(pair.Entry.Path))) is > 0 and var preferred)
            order = [order[preferred], .. order.Take(preferred), .. order.Skip(preferred + 1)];
        var judged = order.Select(pair => (pair.Entry, Release: Release(pair, disk, known), Damage: Damage(pair.File, disk, known))).ToList();
        var kind = string.Join(", ", [.. judged.Select(one => $"{Path.GetFileName(one.Entry.Path)}{(one.Damage is null ? "" : " damaged")}"), .. hidden.Order(StringComparer.Ordinal).Select(name => $"{name} unreadable")]);
        if (judged is not [var first, .. var others])
            return BootForecast.None("there is no boot entry that systemd-boot can read", $"no entry; {kind}");
        // Only an entry that is counted is ever left for another.
        var next = first.Entry.Tries is { Left: > 0 } ? others.FirstOrDefault(other => other.Damage is null && other.Entry.Tries is not { Left: 0 }).Release : null;
        return new(first.Release, first.Damage is { } damage ? $"{Path.GetFileName(first.Entry.Path)}: {damage}" : null, next, kind);
    }

    private static string Release((LoaderEntry Entry, FatFile File) one, DiskReading disk, KnownSystems known) =>
        disk.Sha256(one.File) is { } digest && known.Entries.TryGetValue(digest, out var release) ? release
            : SysupdateLayout.Named(one.Entry.Path)?.Release ?? Path.GetFileName(one.Entry.Path);

    private static string? Damage(FatFile file, DiskReading disk, KnownSystems known)
    {
        if (file.Fault is { } fault)
            return fault;
        if (disk.Sha256(file) is not { } digest || !known.Entries.TryGetValue(digest, out var release))
            return "its file is not that of any release";
        if (disk.Once(file, "kernel", UnifiedKernel.Read).RootHash is not { } root)
            return "it names no root hash";
        // The kernel finds both by their UUIDs, which are the halves of the root hash.
        var partitions = disk.Table.Used!.Partitions;
        if (!partitions.Any(partition => partition.Id == Guid.Parse(root[..32])) || !partitions.Any(partition => partition.Id == Guid.Parse(root[32..])))
            return "no partition has the UUIDs that its root hash asks for";
        return known.Systems.FirstOrDefault(system => system.RootHash == root) is { } system
            ? disk.DamageOf(system)
            : $"the system of release {release} was whole neither before the update nor after it";
    }

    private static string? Default(DiskReading disk) =>
        disk.BootFiles.Below(LoaderConfiguration) is [var file]
            ? disk.Once(file, "default", stream => GuestShell.Lines(new StreamReader(stream).ReadToEnd()).Select(line => line.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries)).LastOrDefault(pair => pair is ["default", _])?[1].Trim() ?? "") is { Length: > 0 } pattern ? pattern : null
            : null;
}
