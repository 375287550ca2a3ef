using System.ComponentModel;
using Kola.Machines.Images.Releases;
using Kola.Machines.Offline;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Scenarios.Model.Values;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Steps.Disk;

/// <summary>
/// Reads the boot disk of a machine that is off, on the host. Whatever is expected, what the guest last said of itself must agree with its disk.
/// </summary>
[Keyword("inspect-disk"), Description("Look at the boot disk of a machine that is off: slots, boot entries, file systems. It must agree with what the guest reported last.")]
public sealed record InspectDiskStep : Step, IMachineStep
{
    [Description("Release by slot: a role, a version, or empty; partial or pending: an update has written to it and not put it into use."), NotEmpty, StandsFor(ReleaseWords.Release), Example("{ A: previous, B: empty }")]
    public IReadOnlyDictionary<string, string> Slots { get; init; } = new Dictionary<string, string>();

    [Description("Boot entries by release, all that there are: good, trial, or tries. A release whose entry cannot start is never as expected."), NotEmpty, StandsFor(ReleaseWords.Release, Keys = true), Example("{ previous: good, candidate: { tries-left: 2, tries-done: 1 } }")]
    public IReadOnlyDictionary<string, EntryExpectation> Entries { get; init; } = new Dictionary<string, EntryExpectation>();

    /// <summary><see langword="null"/>: not looked at, as it takes a second or two.</summary>
    [Description("Exactly the slots whose system is, block for block, what its root hash, or the digest that was kept at its installation, stands for; empty slots left out.")]
    public IReadOnlyList<string>? Intact { get; init; }

    /// <summary><see langword="null"/>: at least one.</summary>
    [Description("Exactly the releases that could start, judged by the disk: their boot entry is complete and has tries left, and a slot has the system that it names. Default: at least one."), StandsFor(ReleaseWords.Release)]
    public IReadOnlyList<string>? Bootable { get; init; }

    /// <summary><see langword="null"/>: not looked at.</summary>
    [Description("renewed: every copy of the boot loader is of the version that it had before 'damage: { loader: older }', or of a newer one.")]
    public LoaderState? Loader { get; init; }

    [Description("true: partition table and file systems were left in good order. false: something was not, as after a power cut.")]
    public bool? Clean { get; init; }

    internal override bool ReadsLayout => Slots.Count > 0 || Entries.Count > 0 || Intact is not null || Bootable is not null || Loader is not null;

    private protected override string Describe()
    {
        List<string?> parts =
        [
            .. Slots.Select(slot => $"slot {slot.Key} {slot.Value}"),
            .. Entries.Select(entry => $"entry {entry.Key} {entry.Value}"),
            Intact is null ? null : Intact is [] ? "no slot intact" : $"{string.Join(' ', Intact)} intact",
            Bootable is null ? null : Bootable is [] ? "nothing bootable" : $"bootable {string.Join(' ', Bootable)}",
            Loader is null ? null : $"boot loader {Loader.Value.ToString().ToLowerInvariant()}",
            Clean is null ? null : Clean.Value ? "clean" : "not clean",
        ];
        return Shorten(string.Join(", ", parts.OfType<string>()));
    }

    async Task<string?> IMachineStep.RunAsync(MachineStepContext context, CancellationToken cancellation)
    {
        var live = context.Live;
        var layout = ReadsLayout ? context.RequireLayout(this, "what it expects") : context.Layout();
        var (report, damaged) = await context.OnBootDiskAsync((disk, c) => ReadAsync(disk, layout, c), cancellation);
        List<string> wrong = [.. Differences(report, live.Claim), .. NotIntact(report, damaged), .. Loader is null ? [] : NotRenewed(report.Installation!.Loaders, live.LoadersBefore)];
        if (wrong.Count > 0)
            throw new StepFailedException($"{live.Name}: {string.Join("\n", wrong)}\nthe disk shows {Show(report)}");
        return $"{Show(report)}; {(live.Claim?.Release is { } claim ? $"as the guest said (release {claim.Version}, slot {claim.Slot ?? "none"})" : "the guest was not asked in its last boot")}";
    }

    /// <returns>What the disk shows, and what is wrong with each slot that is not intact, where that is asked.</returns>
    private async Task<(DiskReport Report, IReadOnlyDictionary<string, string> Damaged)> ReadAsync(OfflineDisk disk, IOfflineLayout? layout, CancellationToken cancellation)
    {
        var report = await DiskReport.ReadAsync(disk, layout, cancellation);
        var damaged = new Dictionary<string, string>();
        foreach (var slot in Intact is null ? [] : report.Installation!.Slots.Where(slot => slot.IsVerifiable))
        {
            if (await SlotVerification.VerifyAsync(disk, slot, cancellation) is { } damage)
                damaged[slot.Name] = damage;
        }

        return (report, damaged);
    }

    private IEnumerable<string> NotIntact(DiskReport report, IReadOnlyDictionary<string, string> damaged)
    {
        if (Intact is not { } expected)
            return [];
        var intact = report.Installation!.Slots.Where(slot => slot.IsVerifiable && !damaged.ContainsKey(slot.Name)).Select(slot => slot.Name).ToHashSet();
        return intact.SetEquals(expected)
            ? []
            : [$"intact slots: expected {Names(expected)}, got {Names(intact)}{string.Concat(damaged.Select(pair => $"; slot {pair.Key}: {pair.Value}"))}"];
    }

    /// <summary>Every way in which the disk is not what the step expects or the guest said.</summary>
    internal IEnumerable<string> Differences(DiskReport report, GuestClaim? claim) =>
        report.Installation is { } installed
            ? [.. OtherCleanness(report), .. OtherSlots(installed), .. OtherEntries(installed), .. OtherBootable(installed), .. DiskTruth.Disagreements(claim, installed)]
            : OtherCleanness(report);

    private IEnumerable<string> OtherCleanness(DiskReport report) => (Clean, report.Dirt) switch
    {
        (true, { Count: > 0 } dirt) => [$"expected everything to be left in good order, but {string.Join("; ", dirt)}"],
        (false, []) => ["expected something not to be left in good order, but all was"],
        _ => [],
    };

    private IEnumerable<string> OtherSlots(Installation installed)
    {
        foreach (var (name, expected) in Slots)
        {
            var slot = installed.Slots.FirstOrDefault(slot => slot.Name == name);
            if (slot is null || slot.Content != expected)
                yield return $"slot {name}: expected {expected}, got {(slot is null ? "no such slot" : slot.Content)}";
        }
    }

    private IEnumerable<string> OtherEntries(Installation installed)
    {
        if (Entries.Count == 0)
            yield break;
        foreach (var (release, expected) in Entries)
        {
            var entries = installed.Entries.Where(entry => entry.Release == release).ToList();
            if (entries.Count != 1)
                yield return $"release {release}: expected one boot entry, got {(entries.Count == 0 ? "none" : string.Join(", ", entries.Select(entry => entry.Path)))}";
            foreach (var wrong in entries.Select(entry => entry.Damage is { } damage ? $"{entry.Path} is damaged: {damage}" : expected.Check(entry)).OfType<string>())
                yield return $"release {release}: {wrong}";
        }

        foreach (var more in installed.Entries.Where(entry => !Entries.ContainsKey(entry.Release)))
            yield return $"release {more.Release}: expected no boot entry, got {more.Path}";
    }

    private IEnumerable<string> OtherBootable(Installation installed)
    {
        var bootable = installed.Entries.Where(installed.IsBootable).Select(entry => entry.Release).ToHashSet();
        if (Bootable is null && bootable.Count == 0)
            yield return $"no release could start: {string.Join("; ", installed.Entries.Select(entry => $"{entry.Path} {entry.Damage ?? (entry.Tries is { Left: 0 } ? "has no tries left" : "asks for what no slot has")}").DefaultIfEmpty("there is no boot entry"))}";
        if (Bootable is { } expected && !bootable.SetEquals(expected))
            yield return $"bootable: expected {Names(expected)}, got {Names(bootable)}";
    }

    /// <param name="before">As they were before a step changed them; <see langword="null"/>: none did.</param>
    internal static IEnumerable<string> NotRenewed(IReadOnlyList<InstalledLoader> now, IReadOnlyList<InstalledLoader>? before)
    {
        if (before is null or [])
            yield return "boot loader: no step has made it older, so whether it was renewed cannot be said; expected 'damage: { loader: older }' before";
        foreach (var loader in before ?? [])
        {
            var there = now.FirstOrDefault(other => other.Path == loader.Path);
            if (there?.Version is not { } version)
                yield return $"boot loader: expected {loader.Path} {loader.Version} or newer, got none of a known version";
            else if (VersionOrder.Instance.Compare(version, loader.Version!) < 0)
                yield return $"boot loader: expected {loader.Path} {loader.Version} or newer, got {version}: it was not renewed";
        }
    }

    private static string Names(IReadOnlyCollection<string> releases) => releases.Count == 0 ? "none" : string.Join(' ', releases);

    private static string Show(DiskReport report) =>
        string.Join(", ", [.. report.Installation?.Slots.Select(slot => slot.ToString()) ?? [], .. report.Installation?.Entries.Select(entry => entry.ToString()) ?? [], .. report.Installation?.Loaders.Select(loader => loader.ToString()) ?? [], report.Dirt is [] ? "all clean" : string.Join(", ", report.Dirt)]);
}

/// <summary>What is expected of the boot loader's own program.</summary>
public enum LoaderState { Renewed }
