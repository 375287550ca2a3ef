using System.ComponentModel;
using Kola.Machines.Offline;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Steps.Disk;

/// <summary>
/// Leaves a release that is on trial its last try, without the boots that would spend the others. What is counted there is the boot loader's work, and two scenarios prove it by booting;
/// for the others the time of two failed boots proves nothing new.
/// </summary>
[Keyword("last-try", Value = nameof(Release)), Description("Set the boot loader's counter of a machine that is off to what it is when all tries of a release but one have failed.")]
public sealed record LastTryStep : Step, IMachineStep
{
    [Description("Release that is on trial: a role, or a version."), StandsFor(ReleaseWords.Release), Example("candidate")]
    public required string Release { get; init; }

    internal override bool ReadsLayout => true;

    private protected override string Describe() => $"of {Release}";

    async Task<string?> IMachineStep.RunAsync(MachineStepContext context, CancellationToken cancellation)
    {
        var (live, layout) = (context.Live, context.RequireLayout(this, "'last-try'"));
        var (done, counted) = await context.OnBootDiskAsync(async (disk, c) =>
        {
            var report = await DiskReport.ReadAsync(disk, layout, c);
            var done = await layout.LeaveOneTryAsync(disk, report.Table, EntryOf(Release, report.Installation!, live.Name), c);
            var after = await DiskReport.ReadAsync(disk, layout, c);
            return (done, after.Installation!.Tries);
        }, cancellation);
        if (counted.GetValueOrDefault(Release) is not { Left: 1 } tries)
            throw new StepFailedException($"the disk of {live.Name} was to show one try left of release {Release}; it shows {counted.GetValueOrDefault(Release)?.ToString() ?? "no counter"}");
        live.Releases.Spent = counted;
        // What the guest said of itself was before.
        live.Forget();
        return $"{done}: {tries}";
    }

    /// <exception cref="StepFailedException">There is no such entry.</exception>
    private static BootEntry EntryOf(string release, Installation installation, string machine) =>
        installation.Entries.FirstOrDefault(entry => entry.Release == release)
        ?? throw new StepFailedException($"there is no boot entry of release {release} on the disk of {machine}, so there are no tries to spend; it has {(installation.Entries.Count == 0 ? "none" : string.Join(", ", installation.Entries))}");
}
