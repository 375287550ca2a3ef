using FluentAssertions;
using Kola.Machines.Sweeps;
using NUnit.Framework;

namespace Kola.Tests.Machines.Sweeps;

/// <summary>Updates of a disk as systemd-sysupdate lays it out, cut at every write.</summary>
[Category("qemu")]
internal sealed class OfflineSweepTests
{
    private readonly TemporaryFolder folder = new();

    [TearDown]
    public void Remove() => Directory.GetFiles(folder.Path).ToList().ForEach(File.Delete);

    [OneTimeTearDown]
    public void RemoveAll() => folder.Dispose();

    [Test]
    public async Task An_update_that_syncs_between_its_steps_leaves_nothing_but_the_old_release_or_the_new_one()
    {
        var states = await SweepAsync("slot sync table sync copy sync rename sync");

        Wrong(states).Should().BeEmpty();
        states.Should().Contain(state => state.Outcome == BootOutcome.Old).And.Contain(state => state.Outcome == BootOutcome.New);
        states[^1].Outcome.Should().Be(BootOutcome.New);
        states[0].Outcome.Should().Be(BootOutcome.Old);
        states.Sum(state => state.Equal).Should().BePositive("equal states are judged once");
    }

    [Test]
    public async Task A_table_that_is_cut_while_it_is_written_is_replaced_by_its_backup()
    {
        var states = await SweepAsync("slot sync table sync copy sync rename sync");

        states.Should().Contain(state => state.Notes.Any(note => note.Contains("checksum is wrong")) && state.Outcome == BootOutcome.Old);
    }

    [Test]
    public async Task An_update_that_never_syncs_is_found_by_the_blocks_that_its_slot_lacks()
    {
        var states = await SweepAsync("slot table copy rename sync");

        var damaged = states.Where(state => state.Outcome is BootOutcome.Damaged).ToList();
        damaged.Should().OnlyContain(state => state.State.Kind == CrashKind.Lost, "in their order the writes are harmless");
        damaged.Should().Contain(state => state.Forecast.Damage!.Contains("blocks of slot B") && state.Forecast.Next == "1");
    }

    [Test]
    public async Task A_boot_entry_that_is_written_before_its_slot_is_found_at_each_write_between_them()
    {
        var states = await SweepAsync("table sync copy sync rename sync slot sync");

        states.Count(state => state is { Outcome: BootOutcome.Damaged, State.Kind: CrashKind.Prefix }).Should().BeGreaterThan(20);
        states[^1].Outcome.Should().Be(BootOutcome.New);
    }

    [Test]
    public async Task A_boot_entry_that_is_in_place_before_the_partitions_have_their_UUIDs_is_found()
    {
        var states = await SweepAsync("slot sync copy sync rename sync table sync");

        states.Should().Contain(state => state.Outcome == BootOutcome.Damaged && state.Forecast.Damage!.Contains("no partition has the UUIDs"));
    }

    [Test]
    public async Task An_update_that_is_reported_as_done_before_its_last_write_is_flushed_is_found_at_that_flush()
    {
        var states = await SweepAsync("slot sync table sync copy sync rename done sync");

        states.Where(state => !state.Holds).Should().OnlyContain(state => state.Outcome == BootOutcome.Undone && state.LastFlush == 3).And.NotBeEmpty();
    }

    [Test]
    public async Task An_update_that_is_reported_as_done_after_its_last_flush_is_never_undone() =>
        Wrong(await SweepAsync("slot sync table sync copy sync rename sync done")).Should().BeEmpty();

    private static IEnumerable<string> Wrong(IEnumerable<JudgedState> states) => states.Where(state => !state.Holds).Select(state => $"{state.State}: {state.Forecast}");

    private Task<IReadOnlyList<JudgedState>> SweepAsync(string steps) => SampleUpdate.SweepAsync(folder, steps, TestContext.CurrentContext.CancellationToken);
}
