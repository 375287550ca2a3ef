using Kola.Machines;
using Kola.Machines.Offline;
using Kola.Machines.Snapshots;
using Kola.Machines.Sweeps;
using Kola.Results.Sweeps;

namespace Kola.Scenarios.Sweeps;

/// <summary>A recorded update that is swept: what was installed, the states, and the disk of each.</summary>
internal sealed class Sweep : IDisposable
{
    private readonly SweepRecording recording;
    private readonly OfflineSweep offline;
    private readonly DiskReport before;
    private readonly string basis;
    private readonly long seed;

    private Sweep(SweepRecording recording, WriteLog log, OfflineSweep offline, DiskReport before, string basis, long seed)
    {
        this.recording = recording;
        this.offline = offline;
        this.before = before;
        this.basis = basis;
        this.seed = seed;
        Log = log;
        States = new(log, seed);
    }

    public WriteLog Log { get; }

    public CrashStates States { get; }

    /// <summary>Reads the disks before and after, and verifies what they have to be whole.</summary>
    /// <param name="old">The release that ran.</param>
    /// <param name="next">The release that the update brought.</param>
    /// <exception cref="GuestException">The new release is not whole even after the update.</exception>
    /// <exception cref="InputException">The adapter cannot foresee what boots, or the log is damaged.</exception>
    public static async Task<Sweep> OpenAsync(SweepRecording recording, object adapter, string old, string next, long seed, CancellationToken cancellation)
    {
        if (adapter is not IOfflineLayout layout || adapter is not IBootForecaster forecaster)
            throw new InputException("this guest adapter cannot foresee what boots from a disk, which a sweep needs; use an image whose adapter can, such as systemd-sysupdate or rauc");
        var (before, after) = (new OfflineDisk(recording.Before.BootDisk, recording.States), new OfflineDisk(recording.After.BootDisk, recording.States));
        var was = await ReadAsync(before, layout, old, cancellation);
        var became = await ReadAsync(after, layout, next, cancellation);
        var length = await before.LengthAsync(cancellation);
        var basis = await before.TakeAsync(0, length, cancellation);
        WriteLog? log = null;
        try
        {
            log = WriteLog.Open(recording.Log, length);
            return new(recording, log, new OfflineSweep(log, basis, forecaster, old, was.Installation!, next, became.Installation!), was, basis, seed);
        }
        catch
        {
            log?.Dispose();
            File.Delete(basis);
            throw;
        }
    }

    /// <summary>Judges all states.</summary>
    /// <param name="done">Entries that the log had when the update tool said that it was done.</param>
    public IReadOnlyList<JudgedState> Judge(int done, CancellationToken cancellation) => offline.Judge(States.All, States.FlushAfter(done), cancellation);

    /// <summary>Judges all states, and says what came of it.</summary>
    /// <param name="done">Entries that the log had when the update tool said that it was done.</param>
    /// <param name="took">How long the update took.</param>
    public SweepSummary Summarise(string adapter, int done, TimeSpan took, TimeProvider time, CancellationToken cancellation)
    {
        var begun = time.GetTimestamp();
        var judged = Judge(done, cancellation);
        var tally = new SweepTally(judged);
        return new()
        {
            Adapter = adapter,
            Old = offline.Known.Old,
            New = offline.Known.New,
            Seed = seed,
            Recording = recording.Folder,
            Entries = Log.Entries.Count,
            Flushes = Log.Entries.Count(entry => entry.IsFlush),
            LogBytes = Log.Bytes,
            UpdateEntries = done,
            UpdateSeconds = Math.Round(took.TotalSeconds, 3),
            States = States.All.Count,
            Judged = judged.Count,
            JudgeSeconds = Math.Round(time.GetElapsedTime(begun).TotalSeconds, 3),
            Outcomes = tally.Outcomes,
            Windows = tally.Windows(States.Windows),
            Classes = tally.Classes(),
        };
    }

    /// <summary>Has the checkers of the file systems look at one state of each class, as the summary orders them. What they find is told and not judged: it is theirs to keep whole.</summary>
    public async Task<IReadOnlyList<SweptClass>> CheckAsync(IReadOnlyList<SweptClass> classes, CancellationToken cancellation)
    {
        var checks = new StateChecks(before, recording.States);
        var first = await LookAsync(0);
        var told = new List<SweptClass>();
        foreach (var one in classes)
            told.Add(told.Count < StateChecks.Most ? Told(one, one.Example == 0 ? first : await LookAsync(one.Example)) : one);
        return told;

        Task<IReadOnlyDictionary<string, FileSystemFindings>> LookAsync(int state) => checks.LookAsync(offline.Show(States.All[state]), cancellation);

        SweptClass Told(SweptClass one, IReadOnlyDictionary<string, FileSystemFindings> found) =>
            one with { FileSystems = StateChecks.Told(found, first), NewFindings = found.Any(pair => pair.Value.Adds(first[pair.Key])) };
    }

    /// <summary>Judges one state.</summary>
    public JudgedState JudgeOne(int number, CancellationToken cancellation) => offline.Judge([States.All[number]], int.MaxValue, cancellation).Single();

    /// <summary>Makes the disk of a state, a qcow2 overlay.</summary>
    /// <returns>A machine that is off, with that disk and the firmware variables that it had.</returns>
    /// <exception cref="InputException">There is no such state.</exception>
    public async Task<MachineSnapshot> MaterialiseAsync(int number, CancellationToken cancellation)
    {
        if (number < 0 || number >= States.All.Count)
            throw new InputException($"there is no state {number}; the recording has states 0 to {States.All.Count - 1}");
        var folder = Directory.CreateDirectory(Path.Combine(recording.States, $"{number}")).FullName;
        var disk = new MachineSnapshot(folder);
        await StateImage.MakeAsync(offline.Show(States.All[number]), recording.Before.BootDisk, disk.BootDisk, cancellation);
        if (File.Exists(recording.Before.Variables))
            File.Copy(recording.Before.Variables, disk.Variables, overwrite: true);
        // It has shown nothing yet.
        File.WriteAllBytes(disk.Console, []);
        return disk;
    }

    public void Dispose()
    {
        offline.Dispose();
        Log.Dispose();
        File.Delete(basis);
    }

    private static async Task<DiskReport> ReadAsync(OfflineDisk disk, IOfflineLayout layout, string release, CancellationToken cancellation)
    {
        var report = await DiskReport.ReadAsync(disk, layout, cancellation);
        var slots = report.Installation!.Slots;
        var slot = slots.FirstOrDefault(slot => slot.Release == release)
            ?? throw new GuestException($"release {release} is in no slot of the disk, which has {string.Join(", ", slots)}; the update did not arrive at the disk, not even after the shutdown");
        if (slot.RootHash is not null && await SlotVerification.VerifyAsync(disk, slot, cancellation) is { } damage)
            throw new GuestException($"release {release} in slot {slot.Name} is not whole without any power cut: {damage}");
        return report;
    }
}
