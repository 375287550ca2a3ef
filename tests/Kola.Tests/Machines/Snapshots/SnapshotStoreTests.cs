using FluentAssertions;
using Kola.Machines.Snapshots;
using NUnit.Framework;

namespace Kola.Tests.Machines.Snapshots;

/// <summary>What is kept, trusted, removed, and what a crash leaves.</summary>
internal sealed class SnapshotStoreTests
{
    private static readonly string One = new('1', 64), Two = new('2', 64), Three = new('3', 64);

    private string folder = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public void Prepare() => folder = Directory.CreateTempSubdirectory("kola-test").FullName;

    [TearDown]
    public void Clean() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task A_snapshot_is_made_once_and_found_by_every_later_opener()
    {
        var store = Store();
        await MakeAsync(store, One);

        await using var first = await store.OpenAsync(One, Never, Stop);
        await using var second = await Store().OpenAsync(One, Never, Stop);

        first.Snapshot!.Manifest.Title.Should().Be("test");
        second.Snapshot!.Machine("node").WasOn.Should().BeTrue();
        first.Snapshot.Folder.Should().Be(second.Snapshot.Folder);
    }

    [Test]
    public async Task While_one_makes_it_the_others_wait_and_then_find_it()
    {
        var store = Store();
        var making = await store.OpenAsync(One, Never, Stop);
        var waited = false;

        var waiting = Store().OpenAsync(One, () => waited = true, Stop);
        (await store.TryOpenAsync(One, Stop)).Should().BeNull();
        await PublishAsync(making);

        await using var found = await waiting;
        waited.Should().BeTrue();
        found.Snapshot.Should().NotBeNull();
        making.Snapshot.Should().NotBeNull("its maker uses it, too");
        await making.DisposeAsync();
    }

    [Test]
    public async Task A_maker_that_gives_up_leaves_nothing_and_another_makes_it()
    {
        var store = Store();
        var making = await store.OpenAsync(One, Never, Stop);
        await File.WriteAllTextAsync(making.Stage("node").Memory, "half", Stop);
        await making.DisposeAsync();

        Directory.EnumerateDirectories(folder).Should().BeEmpty();
        await using var next = await store.OpenAsync(One, Never, Stop);
        next.Snapshot.Should().BeNull();
    }

    [TestCase("node/memory")]
    [TestCase("node/devices")]
    [TestCase("node/vars.fd")]
    public async Task A_changed_file_is_noticed_and_the_snapshot_removed(string file)
    {
        await MakeAsync(Store(), One);
        var path = Path.Combine(folder, One, file);
        var bytes = await File.ReadAllBytesAsync(path, Stop);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, Stop);

        await using var lease = await Store().OpenAsync(One, Never, Stop);

        lease.Snapshot.Should().BeNull("not one bit of it may differ");
        Directory.Exists(Path.Combine(folder, One)).Should().BeFalse();
    }

    [Test]
    public async Task A_file_that_was_exchanged_for_one_of_the_same_times_is_noticed()
    {
        await MakeAsync(Store(), One);
        var path = Path.Combine(folder, One, "node", "memory");
        var when = File.GetLastWriteTimeUtc(path);
        var bytes = await File.ReadAllBytesAsync(path, Stop);
        bytes[0] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, Stop);
        File.SetLastWriteTimeUtc(path, when);

        await using var lease = await Store().OpenAsync(One, Never, Stop);

        lease.Snapshot.Should().BeNull();
    }

    [TestCase("")]
    [TestCase("{")]
    [TestCase("null")]
    [TestCase("""{"format": 2}""")]
    public async Task A_manifest_that_is_none_of_this_format_is_no_snapshot(string content)
    {
        await MakeAsync(Store(), One);
        await File.WriteAllTextAsync(Path.Combine(folder, One, SnapshotManifest.FileName), content, Stop);

        await using var lease = await Store().OpenAsync(One, Never, Stop);

        lease.Snapshot.Should().BeNull();
    }

    [Test]
    public async Task A_snapshot_under_a_foreign_key_is_no_snapshot()
    {
        await MakeAsync(Store(), One);
        Directory.Move(Path.Combine(folder, One), Path.Combine(folder, Two));

        await using var lease = await Store().OpenAsync(Two, Never, Stop);

        lease.Snapshot.Should().BeNull();
    }

    [Test]
    public async Task What_a_crash_left_is_removed_but_not_what_is_being_made()
    {
        var store = Store();
        Directory.CreateDirectory(Path.Combine(folder, $".making-{One}-abcdef", "node"));
        await using var making = await store.OpenAsync(Two, Never, Stop);
        var staging = making.Stage();

        await store.PruneAsync(all: false, Stop);

        Directory.EnumerateDirectories(folder).Should().Equal(staging);
    }

    [Test]
    public async Task Beyond_the_limit_what_was_used_longest_ago_goes_first()
    {
        var store = Store();
        foreach (var key in new[] { One, Two, Three })
            await MakeAsync(store, key);
        await using (await store.OpenAsync(One, Never, Stop))
        {
            // Now Two was used longest ago.
        }

        var bytes = (await store.ListAsync(Stop)).Sum(entry => entry.Bytes);
        var removed = await Store(bytes - 1).PruneAsync(all: false, Stop);

        removed.Select(entry => entry.Key).Should().Equal(Two);
        (await store.ListAsync(Stop)).Select(entry => entry.Key).Should().Equal(One, Three);
    }

    [Test]
    public async Task What_is_in_use_stays_even_when_all_is_to_go()
    {
        var store = Store();
        await MakeAsync(store, One);
        await MakeAsync(store, Two);
        await using var used = await store.OpenAsync(One, Never, Stop);

        (await store.PruneAsync(all: true, Stop)).Select(entry => entry.Key).Should().Equal(Two);
        (await store.ListAsync(Stop)).Should().ContainSingle().Which.InUse.Should().BeTrue();
    }

    [Test]
    public async Task A_snapshot_stays_as_long_as_another_stands_on_it_and_is_worth_nothing_without_it()
    {
        var store = Store();
        await MakeAsync(store, One);
        await MakeAsync(store, Two, One);
        await using (var child = await store.OpenAsync(Two, Never, Stop))
            (await store.PruneAsync(all: true, Stop)).Should().BeEmpty("the child is in use, and so is what it stands on");

        Directory.Delete(Path.Combine(folder, One), recursive: true);

        await using var orphan = await store.OpenAsync(Two, Never, Stop);
        orphan.Snapshot.Should().BeNull();
    }

    [Test]
    public async Task When_all_goes_what_stands_on_others_goes_before_them()
    {
        var store = Store();
        await MakeAsync(store, One);
        await MakeAsync(store, Two, One);

        (await store.PruneAsync(all: true, Stop)).Select(entry => entry.Key).Should().Equal(Two, One);
    }

    [Test]
    public async Task What_an_older_Kola_kept_elsewhere_is_never_read_and_goes_when_it_is_not_in_use()
    {
        var former = Path.Combine(folder, "former");
        var old = new SnapshotStore(former, 1L << 30, TimeProvider.System);
        await MakeAsync(old, One);
        await MakeAsync(old, Two);
        var store = new SnapshotStore(Path.Combine(folder, "now"), 1L << 30, TimeProvider.System, former);

        await using (var used = await old.OpenAsync(Two, Never, Stop))
        {
            await using (var mine = await store.OpenAsync(One, Never, Stop))
                mine.Snapshot.Should().BeNull();
            (await store.ListAsync(Stop)).Should().BeEmpty();
            (await store.PruneAsync(all: false, Stop)).Select(entry => entry.Key).Should().Equal(One);
            used.Snapshot!.Machine("node").WasOn.Should().BeTrue();
        }

        (await store.PruneAsync(all: false, Stop)).Select(entry => entry.Key).Should().Equal(Two);
        Directory.Exists(former).Should().BeFalse();
    }

    private SnapshotStore Store(long limit = 1L << 30) => new(folder, limit, TimeProvider.System);

    private static void Never() => Assert.Fail("nobody else has it");

    private static async Task MakeAsync(SnapshotStore store, string key, params string[] parents)
    {
        await using var lease = await store.OpenAsync(key, Never, Stop);
        await PublishAsync(lease, parents);
    }

    private static async Task PublishAsync(SnapshotLease lease, params string[] parents)
    {
        var node = lease.Stage("node");
        // More than what is digested again each time.
        await File.WriteAllBytesAsync(node.Memory, new byte[17 << 20], Stop);
        await File.WriteAllTextAsync(node.Devices, "devices", Stop);
        await File.WriteAllTextAsync(node.Variables, "variables", Stop);
        await lease.PublishAsync("test", ["node"], parents, null, DateTimeOffset.UnixEpoch, Stop);
    }
}
