using Kola.Machines;
using Kola.Machines.Offline;
using Kola.Scenarios.Attempts;

namespace Kola.Scenarios.Steps.Disk;

internal static class DamageExecution
{
    public static async Task<string?> RunAsync(DamageStep step, StepContext context, CancellationToken cancellation)
    {
        var layout = context.RequireLayout(step, "'damage'");
        var done = await context.OnBootDiskAsync(async (disk, c) =>
        {
            var installed = (await DiskReport.ReadAsync(disk, layout, c)).Installation!;
            return await DoAsync(step.What, disk, installed, $"{step.Location}: ", c);
        }, cancellation);
        // What the guest said of itself was before.
        context.Live.Forget();
        return string.Join("; ", done);
    }

    private static async Task<IReadOnlyList<string>> DoAsync(Damage damage, OfflineDisk disk, Installation installed, string where, CancellationToken cancellation)
    {
        InstalledSlot Slot(string name) => installed.Slots.FirstOrDefault(slot => slot.Name == name)
            ?? throw new InputException($"{where}there is no slot {name} on the disk; expected one of {string.Join(", ", installed.Slots.Select(slot => slot.Name))}");
        Partition Hashes(string name) => Slot(name).Hashes ?? throw new InputException($"{where}slot {name} has no hashes");
        IEnumerable<BootEntry> Entries(string release) => installed.Entries.Where(entry => entry.Release == release).DefaultIfEmpty(null)
            .Select(entry => entry ?? throw new InputException($"{where}release {release} has no boot entry on the disk; expected one of {string.Join(", ", installed.Entries.Select(e => e.Release))}"));
        // All are found before the first is broken.
        Func<Task<string>>[] works = damage switch
        {
            DataDamage data => [.. data.Slots.Select(Slot).ToList().Select(slot => Work(() => DiskDamage.InvertAsync(disk, slot.Data, data.At.Bytes, data.Length.Bytes, cancellation)))],
            HashDamage hash => [.. hash.Slots.Select(Hashes).ToList().Select(partition => Work(() => DiskDamage.InvertAsync(disk, partition, hash.At.Bytes, hash.Length.Bytes, cancellation)))],
            ZeroDamage zero => [.. zero.Slots.Select(Slot).ToList().Select(slot => Work(() => DiskDamage.ZeroAsync(disk, slot.Data, cancellation)))],
            EntryDamage entry => [.. entry.Releases.SelectMany(Entries).ToList().Select(one => Work(() => BreakAsync(entry.How, disk, one, cancellation)))],
            _ => throw new InvalidOperationException($"no execution for damage of kind {damage.GetType().Name}"),
        };
        var done = new List<string>();
        foreach (var work in works)
            done.Add(await work());
        return done;
    }

    private static Func<Task<string>> Work(Func<Task<string>> work) => work;

    private static Task<string> BreakAsync(EntryDamageKind how, OfflineDisk disk, BootEntry entry, CancellationToken cancellation) => how switch
    {
        EntryDamageKind.Truncate => DiskDamage.TruncateAsync(disk, entry, cancellation),
        EntryDamageKind.Corrupt => DiskDamage.CorruptAsync(disk, entry, cancellation),
        EntryDamageKind.Remove => DiskDamage.RemoveAsync(disk, entry, cancellation),
        _ => throw new InvalidOperationException($"no execution for {how}"),
    };
}
