using FluentAssertions;
using Kola.Machines.Sweeps;
using NUnit.Framework;

namespace Kola.Tests.Machines.Sweeps;

internal sealed class CrashStatesTests
{
    private readonly TemporaryFolder folder = new();

    [OneTimeTearDown]
    public void Remove() => folder.Dispose();

    [Test]
    public void Every_prefix_of_the_log_is_a_state() =>
        States(new SampleLog().Fill(0, 1, 1).Flush().Fill(1, 1, 2).Fill(2, 1, 3)).Where(state => state.Kind is CrashKind.Prefix).Select(state => state.Floor).Should().Equal(0, 1, 3, 4);

    [Test]
    public void Of_few_writes_between_two_flushes_each_subset_is_a_state_and_what_was_flushed_before_is_in_all()
    {
        var states = States(new SampleLog().Fill(0, 1, 1).Flush().Fill(1, 1, 2).Fill(2, 1, 3).Fill(3, 1, 4).Flush());

        states.Where(state => state is { Kind: CrashKind.Lost, Flush: 1 }).Select(state => string.Join(' ', state.Extra)).Should().BeEquivalentTo("", "2", "3", "4", "2 3", "2 4", "3 4", "2 3 4");
        states.Where(state => state is { Kind: CrashKind.Lost, Flush: 1 }).Should().OnlyContain(state => state.Floor == 1);
    }

    [Test]
    public void Of_many_writes_subsets_are_sampled_and_it_is_said_how_many_of_how_many()
    {
        var log = new SampleLog();
        foreach (var sector in Enumerable.Range(0, 100))
            log.Fill(sector, 1, 1);
        using var opened = log.Flush().Open(folder, 1 << 20);

        var states = new CrashStates(opened, seed: 1);

        var window = states.Windows[0];
        (window.Writes, window.Subsets, window.Possible).Should().Be((100, 64, Math.Pow(2, 100)));
        states.All.Count(state => state.Kind is CrashKind.Lost).Should().Be(64);
        states.All.Where(state => state.Kind is CrashKind.Lost).Should().Contain(state => state.Extra.Count == 99 && !state.Extra.Contains(99), "that the last write alone is missing tells most");
        states.All.Where(state => state.Kind is CrashKind.Lost).Should().Contain(state => state.Extra.Count == 1 && state.Extra[0] == 99);
    }

    [Test]
    public void The_same_seed_gives_a_state_the_same_number_and_another_seed_another_sample()
    {
        var log = new SampleLog();
        foreach (var sector in Enumerable.Range(0, 30))
            log.Fill(sector, 2, 1);
        using var opened = log.Open(folder, 1 << 20);

        var first = new CrashStates(opened, seed: 5).All;

        new CrashStates(opened, seed: 5).All.Should().BeEquivalentTo(first, options => options.WithStrictOrdering());
        new CrashStates(opened, seed: 6).All.Should().NotBeEquivalentTo(first);
        first.Select(state => state.Number).Should().Equal(Enumerable.Range(0, first.Count));
    }

    [Test]
    public void The_last_write_is_torn_at_its_sectors_and_all_before_it_arrived()
    {
        var torn = States(new SampleLog().Fill(0, 1, 1).Fill(8, 8, 2)).Where(state => state.Kind is CrashKind.Torn).ToList();

        torn.Select(state => (state.Torn!.Entry, state.Torn.From, state.Torn.Sectors)).Should().BeEquivalentTo([(1, 0, 1), (1, 0, 4), (1, 0, 7), (1, 1, 7)]);
        torn.Should().OnlyContain(state => state.Floor == 1);
    }

    [Test]
    public void A_write_with_forced_unit_access_may_be_lost_while_it_is_on_its_way_and_never_later()
    {
        var states = States(new SampleLog().Fill(0, 1, 1).Write(1, new byte[512], LogFlags.ForcedUnitAccess).Fill(2, 1, 3).Flush());

        states.Where(state => state.Kind is CrashKind.Lost).Select(state => string.Join(' ', state.Extra)).Should().Equal("", "0", "1", "0 1", "1", "0 1", "1 2", "0 1 2");
    }

    [Test]
    public void States_are_told_in_words() =>
        States(new SampleLog().Fill(0, 4, 1).Fill(9, 1, 1).Flush()).Select(state => state.ToString()).Should().Contain(["nothing arrived", "cut after write 1", "write 0 torn: sectors 1 to 3 arrived", "cut before flush 0: of the writes since 0, only 1 arrived"]);

    private IReadOnlyList<CrashState> States(SampleLog log)
    {
        using var opened = log.Open(folder, 1 << 20);
        return new CrashStates(opened, seed: 1).All;
    }
}
