using System.ComponentModel;
using Kola.Machines.Images.Catalog;
using Kola.Machines.Offline.Differences;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Yaml;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Disk;

/// <summary>
/// Compares the boot disk of a machine that is off with what it was before: partition table, partitions, files with owner, mode and attributes. What a release that failed may leave
/// is said by the guest adapter and the image catalog; everything else must be as it was.
/// </summary>
[Keyword("compare-disk", Value = nameof(With)), Description("Compare the boot disk of a machine that is off with a remembered one: after a fall-back nothing of the release that failed may be left outside its slot.")]
public sealed record CompareDiskStep : Step, IMachineStep
{
    /// <summary>So many are told; the first ones show what it is about.</summary>
    private const int Named = 12;

    [Description("Name that 'remember-disk' gave the copy."), Format(RememberDiskStep.NamePattern, RememberDiskStep.NameForm), Example("before-update")]
    public required string With { get; init; }

    [Description("What else may differ, because this scenario changes it: PARTITION:PATH, in which * stands for any characters; the partition by its label."), Key("may-change")]
    [Format(LeftoverDefinition.PlacePattern, LeftoverDefinition.PlaceForm), Example("['root:/var/lib/my-app/*']")]
    public IReadOnlyList<string> MayChange { get; init; } = [];

    internal override bool ReadsLayout => true;

    private protected override string Describe() => MayChange is [] ? With : Shorten($"{With}, but {string.Join(", ", MayChange)}");

    internal override void Check(StepChecks checks)
    {
        var known = checks.Before<RememberDiskStep>().Where(step => On.All(step.On.Contains)).Select(step => step.As).Distinct().ToList();
        if (!known.Contains(With))
            checks.Report(this, $"no earlier step of this scenario is 'remember-disk: {With}' of the same machine; {(known is [] ? "add one before the update" : $"remembered are {string.Join(", ", known)}{Spelling.Hint(With, known)}")}");
    }

    async Task<string?> IMachineStep.RunAsync(MachineStepContext context, CancellationToken cancellation)
    {
        var (live, layout) = (context.Live, context.RequireLayout(this, "'compare-disk'"));
        var then = live.Remembered[With];
        LeftoverPlace[] more = [.. live.Image.Leaves, .. MayChange.Select(place => new LeftoverPlace(null, place, "the scenario changes it"))];
        var changes = await context.WithinBoundAsync(
            token => live.Machine.WithRememberedDiskAsync(With, (before, now, work, c) => DiskChanges.FindAsync(before, now, layout, then.Slot!, more, work, c), token), cancellation);
        return changes.Leaks is []
            ? $"as it was when release {then.Version} ran from slot {then.Slot}{Told(changes)}"
            : throw new StepFailedException($"{live.Name}: the disk is not what it was when release {then.Version} ran from slot {then.Slot} ('{With}'):\n{Listed(changes.Leaks)}\nallow it under 'may-change' where the scenario means it; what every machine of the image may leave is said under 'leaves' in images/catalog.yaml");
    }

    private static string Listed(IReadOnlyList<DiskDifference> leaks) =>
        string.Join('\n', [.. leaks.Take(Named).Select(leak => leak.ToString()), .. leaks.Count > Named ? (string[])[$"and {leaks.Count - Named} more"] : []]);

    /// <summary>What differs and may, by what it is.</summary>
    private static string Told(DiskChanges changes) =>
        string.Concat(changes.Allowed.GroupBy(one => one.By.What?.Word() ?? "may-change").OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"\n{group.Key}: {string.Join(", ", group.Select(one => one.Difference.Place).Distinct())}"));
}
