using Kola.Machines.Offline;
using Kola.Scenarios.Attempts;
using Kola.Scenarios.Live;

namespace Kola.Scenarios.Steps.Disk;

/// <summary>Holds the disk of a machine that is off against what is expected and what its guest said, and tells all differences.</summary>
internal static class InspectDiskExecution
{
    public static async Task<string?> RunAsync(InspectDiskStep step, StepContext context, CancellationToken cancellation)
    {
        var live = context.Live;
        var layout = step.Slots.Count > 0 || step.Entries.Count > 0 || step.Intact is not null || step.Bootable is not null ? context.RequireLayout(step, "what it expects") : context.Layout();
        var (report, damaged) = await context.OnBootDiskAsync((disk, c) => ReadAsync(step, disk, layout, c), cancellation);
        List<string> wrong = [.. Differences(step, report, live.Claim), .. Intact(step, report, damaged)];
        if (wrong.Count > 0)
            throw new StepFailedException($"{live.Name}: {string.Join("\n", wrong)}\nthe disk shows {Show(report)}");
        return $"{Show(report)}; {(live.Claim?.Release is { } claim ? $"as the guest said (release {claim.Version}, slot {claim.Slot ?? "none"})" : "the guest was not asked in its last boot")}";
    }

    /// <returns>What the disk shows, and what is wrong with each slot that is not intact, where that is asked.</returns>
    private static async Task<(DiskReport Report, IReadOnlyDictionary<string, string> Damaged)> ReadAsync(InspectDiskStep step, OfflineDisk disk, IOfflineLayout? layout, CancellationToken cancellation)
    {
        var report = await DiskReport.ReadAsync(disk, layout, cancellation);
        var damaged = new Dictionary<string, string>();
        foreach (var slot in step.Intact is null ? [] : report.Installation!.Slots.Where(slot => slot.RootHash is not null))
        {
            if (await SlotVerification.VerifyAsync(disk, slot, cancellation) is { } damage)
                damaged[slot.Name] = damage;
        }

        return (report, damaged);
    }

    private static IEnumerable<string> Intact(InspectDiskStep step, DiskReport report, IReadOnlyDictionary<string, string> damaged)
    {
        if (step.Intact is not { } expected)
            return [];
        var intact = report.Installation!.Slots.Where(slot => slot.RootHash is not null && !damaged.ContainsKey(slot.Name)).Select(slot => slot.Name).ToHashSet();
        return intact.SetEquals(expected)
            ? []
            : [$"intact slots: expected {Names(expected)}, got {Names(intact)}{string.Concat(damaged.Select(pair => $"; slot {pair.Key}: {pair.Value}"))}"];
    }

    /// <summary>Every way in which the disk is not what the step expects or the guest said.</summary>
    internal static IEnumerable<string> Differences(InspectDiskStep step, DiskReport report, GuestClaim? claim) =>
        report.Installation is { } installed
            ? [.. Clean(step, report), .. Slots(step, installed), .. Entries(step, installed), .. Bootable(step, installed), .. DiskTruth.Disagreements(claim, installed)]
            : Clean(step, report);

    private static IEnumerable<string> Clean(InspectDiskStep step, DiskReport report) => (step.Clean, report.Dirt) switch
    {
        (true, { Count: > 0 } dirt) => [$"expected everything to be left in good order, but {string.Join("; ", dirt)}"],
        (false, []) => ["expected something not to be left in good order, but all was"],
        _ => [],
    };

    private static IEnumerable<string> Slots(InspectDiskStep step, Installation installed)
    {
        foreach (var (name, expected) in step.Slots)
        {
            var slot = installed.Slots.FirstOrDefault(slot => slot.Name == name);
            if (slot is null || (slot.Release ?? InspectDiskStep.Empty) != expected)
                yield return $"slot {name}: expected {expected}, got {(slot is null ? "no such slot" : slot.Release ?? InspectDiskStep.Empty)}";
        }
    }

    private static IEnumerable<string> Entries(InspectDiskStep step, Installation installed)
    {
        if (step.Entries.Count == 0)
            yield break;
        foreach (var (release, expected) in step.Entries)
        {
            var entries = installed.Entries.Where(entry => entry.Release == release).ToList();
            if (entries.Count != 1)
                yield return $"release {release}: expected one boot entry, got {(entries.Count == 0 ? "none" : string.Join(", ", entries.Select(entry => entry.Path)))}";
            foreach (var wrong in entries.Select(entry => entry.Damage is { } damage ? $"{entry.Path} is damaged: {damage}" : expected.Check(entry)).OfType<string>())
                yield return $"release {release}: {wrong}";
        }

        foreach (var more in installed.Entries.Where(entry => !step.Entries.ContainsKey(entry.Release)))
            yield return $"release {more.Release}: expected no boot entry, got {more.Path}";
    }

    private static IEnumerable<string> Bootable(InspectDiskStep step, Installation installed)
    {
        var bootable = installed.Entries.Where(installed.IsBootable).Select(entry => entry.Release).ToHashSet();
        if (step.Bootable is null && bootable.Count == 0)
            yield return $"nothing could start, neither release: {string.Join("; ", installed.Entries.Select(entry => $"{entry.Path} {entry.Damage ?? (entry.Tries is { Left: 0 } ? "has no tries left" : "asks for what no slot has")}").DefaultIfEmpty("there is no boot entry"))}";
        if (step.Bootable is { } expected && !bootable.SetEquals(expected))
            yield return $"bootable: expected {Names(expected)}, got {Names(bootable)}";
    }

    private static string Names(IReadOnlyCollection<string> releases) => releases.Count == 0 ? "none" : string.Join(' ', releases);

    private static string Show(DiskReport report) =>
        string.Join(", ", [.. report.Installation?.Slots.Select(slot => slot.ToString()) ?? [], .. report.Installation?.Entries.Select(entry => entry.ToString()) ?? [], report.Dirt is [] ? "all clean" : string.Join(", ", report.Dirt)]);
}
