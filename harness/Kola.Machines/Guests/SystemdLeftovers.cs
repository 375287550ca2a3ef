using Kola.Machines.Images.Catalog;
using Kola.Machines.Offline;

namespace Kola.Machines.Guests;

/// <summary>What the boots of any systemd Linux leave on its disk, whatever release it is.</summary>
internal static class SystemdLeftovers
{
    /// <param name="var">Where <c>/var</c> is, as places of <see cref="LeftoverPlace"/> begin: <c>*:/var</c>, or <c>data:</c> where it has a partition of its own.</param>
    /// <param name="etc">Where <c>/etc</c> is.</param>
    public static IReadOnlyList<LeftoverPlace> Of(string var, string etc) =>
    [
        new(Leftover.Journal, $"{var}/log/journal/*", "each boot writes to the journal and may begin a file of it"),
        new(Leftover.Journal, $"{var}/log/wtmp*", "each boot and login is recorded (utmp(5))"),
        new(Leftover.Journal, $"{var}/log/btmp*", "failed logins are recorded (utmp(5))"),
        new(Leftover.Journal, $"{var}/log/lastlog*", "logins are recorded (lastlog(8))"),
        new(Leftover.Journal, $"{var}/lib/systemd/pstore/*", "what a kernel said before it died is kept (systemd-pstore(8))"),
        new(Leftover.Journal, $"{var}/lib/systemd/coredump/*", "crashed programs are kept (systemd-coredump(8))"),
        new(Leftover.RandomSeed, $"{var}/lib/systemd/random-seed", "each boot uses it up (systemd-random-seed(8))"),
        new(Leftover.TimeStamp, $"{var}/lib/systemd/timers/stamp-*", "timers remember when they last ran (systemd.timer(5))"),
        new(Leftover.TimeStamp, $"{var}/lib/systemd/timesync/clock", "the last known time is kept (systemd-timesyncd(8))"),
        new(Leftover.TimeStamp, $"{var}/.updated", "a boot that runs another /usr stamps it (systemd-update-done(8))"),
        new(Leftover.TimeStamp, $"{etc}/.updated", "a boot that runs another /usr stamps it (systemd-update-done(8))"),
        new(Leftover.Temporary, $"{var}/tmp/systemd-private-*", "folders of services, named by the boot (PrivateTmp= of systemd.exec(5))"),
    ];

    /// <summary>The partitions of all slots but one.</summary>
    /// <param name="slot">The one that ran.</param>
    public static IEnumerable<LeftoverPlace> OtherSlots(Installation before, string slot) => before.Slots.Where(other => other.Name != slot)
        .SelectMany(other => new[] { other.Data, other.Hashes }).OfType<Partition>()
        .Select(partition => new LeftoverPlace(Leftover.OtherSlot, $"p{partition.Number}:*", "the update was installed there"));
}
