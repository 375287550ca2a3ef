using System.ComponentModel;
using System.Globalization;
using Kola.Machines;
using Kola.Machines.Guests;
using Kola.Machines.Offline;
using Kola.Machines.Sweeps;
using Kola.Results.Sweeps;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Scenarios.Steps.Update;
using Kola.Scenarios.Sweeps;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Steps.Power;

/// <summary>Records an update with all its writes, and judges every state of the disk that a power cut during it can leave.</summary>
[Keyword("sweep", Value = nameof(To)), Description("Let the machine update itself, and judge every state of its disk that a power cut during it can leave: the old release boots from it, or the new one. The machine is off afterwards.")]
public sealed record SweepStep : Step, IMachineStep
{
    /// <summary>Of the states that do not hold, so many are named.</summary>
    private const int Named = 5;

    [Description("Release that the update brings."), StandsFor(ReleaseWords.Release), Example("next")]
    public required string To { get; init; }

    [Description("Server that the update comes from. Needed only where the scenario has several.")]
    public string? From { get; init; }

    [Description("For how long afterwards a state of each class is booted; none is begun later. Real time. Default: none is booted."), Example("20m")]
    public TimeSpan? Budget { get; init; }

    [Description("Seed of the states that are sampled.")]
    public int Seed { get; init; } = 1;

    internal override bool Saves => true;

    internal override bool ReadsLayout => true;

    private protected override string Describe() => $"the update to {To}";

    internal override void Check(StepChecks checks) => ServeStep.CheckServer(this, From, "from", checks);

    async Task<string?> IMachineStep.RunAsync(MachineStepContext context, CancellationToken cancellation)
    {
        var live = context.Live;
        var recording = SweepRecording.Of(context.Folder, live.Name);
        await live.Releases.FollowAsync(cancellation);
        var old = live.Releases.Running!;
        if (live.Adapter is not (IOfflineLayout and IBootForecaster))
            throw new InputException($"{Location}: guest adapter '{live.Adapter.Name}' cannot foresee what boots from a disk, which 'sweep' needs; use an image whose adapter can, such as systemd-sysupdate or rauc");
        var (entries, took) = (0, TimeSpan.Zero);
        await recording.RecordAsync(live, async c => (entries, took) = await UpdateAsync(recording, context, c), context.Time, cancellation);
        using var sweep = await Sweep.OpenAsync(recording, live.Adapter, old, To, Seed, cancellation);
        var summary = sweep.Summarise(live.Adapter.Name, entries, took, context.Time, cancellation) with { Image = live.Image.ReleaseFolder ?? live.Image.Disk.Path };
        summary = summary with { Classes = await sweep.CheckAsync(summary.Classes, cancellation) };
        Write(summary, context);
        if (Budget is { } budget)
        {
            summary = summary with { Classes = await new StateBoots(live, sweep, context.Time).TryAsync(summary.Classes, old, budget, c => UpdateAsync(context, done: null, c), cancellation) };
            Write(summary, context);
        }

        // Off, and as the update and the shutdown left it.
        await live.Machine.ResumeAsync(recording.After, cancellation);
        live.Swept(summary);
        return Judge(summary);
    }

    /// <summary>Why the sweep fails, or what it found.</summary>
    internal static string Judge(SweepSummary summary)
    {
        var wrong = summary.Classes.Where(one => !one.Holds || one.Booted?.StartsWith("wrong", StringComparison.Ordinal) == true).ToList();
        var tried = summary.Classes.Count(one => one.Booted is not null);
        var told = string.Create(CultureInfo.InvariantCulture, $"{summary.Sentence} ({summary.Judged} different disks in {summary.Classes.Count} classes, {tried} of them booted, {summary.Classes.Count - tried} not tried){Checked(summary)}");
        return wrong is []
            ? told
            : throw new StepFailedException($"{told}\n{string.Join("\n", wrong.Take(Named).Select(one => $"state {one.Example} (one of {one.States}), {one.Cut}: {one.Booted ?? one.Damage ?? $"release {one.Chosen} boots, and the update had been reported as done"}"))}\nlook into one with: kola sweep RUN --state {wrong[0].Example} --boot");
    }

    /// <summary>What the file systems' own checkers said, where they were asked.</summary>
    private static string Checked(SweepSummary summary)
    {
        var asked = summary.Classes.Where(one => one.FileSystems is not null).ToList();
        var found = asked.Count(one => one.NewFindings);
        return asked is [] ? "" : $"; the file systems of one state of {asked.Count} classes were checked: {asked.Count - found} clean or as {StateChecks.Since}, {found} with new findings, which is told and not judged";
    }

    /// <returns>How many entries the log had when the update tool was done, and how long that took.</returns>
    private async Task<(int Entries, TimeSpan Took)> UpdateAsync(SweepRecording recording, MachineStepContext context, CancellationToken cancellation)
    {
        var entries = 0;
        var took = await UpdateAsync(context, Done, cancellation);
        return (entries, took);

        void Done()
        {
            // QEMU writes it still: what its super block does not count yet is there.
            using var log = WriteLog.Open(recording.Log, long.MaxValue);
            entries = log.Entries.Count;
        }
    }

    /// <param name="done">Called when the update tool has ended, before anything else is asked of the guest.</param>
    /// <returns>How long the update tool took.</returns>
    private async Task<TimeSpan> UpdateAsync(MachineStepContext context, Action? done, CancellationToken cancellation)
    {
        var (live, guest) = (context.Live, UpdatingGuest.Of(context.Live));
        await UpdatingGuest.PointAsync(context, From, cancellation);
        var before = await UpdateEnd.InstalledAsync(context, cancellation);
        var run = UpdateRun.Start(before, RunAsync, context.Time, background: false, cancellation, context.Attempt);
        await UpdateEnd.JudgeAsync(run, new(To, Refused: null, UpToDate: false), context, cancellation);
        return (await run.Report).Took;

        async Task<UpdateReport> RunAsync(CancellationToken token)
        {
            var report = await context.GuardAsync("the update's end", c => guest.UpdateAsync(live.Ssh, context.Bound, c), token);
            done?.Invoke();
            return report;
        }
    }

    private static void Write(SweepSummary summary, MachineStepContext context)
    {
        var folder = Path.Combine(context.Folder, context.Live.Name);
        Directory.CreateDirectory(folder);
        summary.Write(Path.Combine(folder, SweepSummary.FileName));
        SweepSvg.Of(summary).Save(Path.Combine(folder, SweepSummary.PictureName));
    }
}
