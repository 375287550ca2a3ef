using Kola.Machines.Images.Releases;
using Kola.Machines.Offline;

namespace Kola.Machines.Guests;

/// <summary>A UKI as systemd-boot lists it.</summary>
/// <param name="Path">Absolute path on the EFI system partition.</param>
/// <param name="Tries">The counter in its name.</param>
/// <param name="OsRelease">Of the UKI.</param>
internal sealed record LoaderEntry(string Path, TryCount? Tries, IReadOnlyDictionary<string, string> OsRelease)
{
    /// <summary>The name without its counter: what versions are told apart by where os-release does not.</summary>
    public string Id => SysupdateLayout.WithoutCounter(Path[(Path.LastIndexOf('/') + 1)..]).ToLowerInvariant();

    public string SortKey => OsRelease.GetValueOrDefault("IMAGE_ID") ?? OsRelease.GetValueOrDefault("ID") ?? "";

    public string Version => OsRelease.GetValueOrDefault("IMAGE_VERSION") ?? OsRelease.GetValueOrDefault("VERSION") ?? OsRelease.GetValueOrDefault("VERSION_ID") ?? OsRelease.GetValueOrDefault("BUILD_ID") ?? "";
}

/// <summary>
/// The order in which systemd-boot lists entries, the one that it boots first (https://uapi-group.org/specifications/specs/boot_loader_specification/#sorting): those without tries
/// left last, then by sort key, newest version and name; of two that are the same but for the counter, the one with more tries left.
/// </summary>
internal sealed class SystemdBootOrder : IComparer<LoaderEntry>
{
    public static SystemdBootOrder Instance { get; } = new();

    public int Compare(LoaderEntry? x, LoaderEntry? y)
    {
        var (a, b) = (x!, y!);
        if ((a.Tries is { Left: 0 }).CompareTo(b.Tries is { Left: 0 }) is not 0 and var spent)
            return spent;
        // An entry without a sort key comes behind those that have one.
        if ((a.SortKey.Length == 0).CompareTo(b.SortKey.Length == 0) is not 0 and var keyed)
            return keyed;
        if (string.CompareOrdinal(a.SortKey, b.SortKey) is not 0 and var key)
            return key;
        if (VersionOrder.Instance.Compare(b.Version, a.Version) is not 0 and var version)
            return version;
        if (VersionOrder.Instance.Compare(b.Id, a.Id) is not 0 and var name)
            return name;
        return (b.Tries?.Left ?? int.MaxValue).CompareTo(a.Tries?.Left ?? int.MaxValue);
    }
}
