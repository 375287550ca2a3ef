using FluentAssertions;
using Kola.Machines.Sweeps;
using NUnit.Framework;

namespace Kola.Tests.Machines.Sweeps;

internal sealed class CrashDiskTests
{
    private const int Sectors = 64, Disk = Sectors * SampleLog.Sector;

    private readonly TemporaryFolder folder = new();
    private byte[] basis = null!;

    [SetUp]
    public void MakeBase() => folder.Write("base.raw", basis = [.. Enumerable.Range(0, Disk).Select(i => (byte)(i / 512 + 1))]);

    [OneTimeTearDown]
    public void Remove() => folder.Dispose();

    [Test]
    public void Every_state_is_byte_for_byte_the_base_with_the_writes_that_arrived()
    {
        var drawn = 7u;
        var log = new SampleLog();
        foreach (var write in Enumerable.Range(0, 60))
            _ = write % 7 == 6 ? log.Flush() : write % 11 == 10 ? log.Discard(Next(60), 4) : log.Fill(Next(56), 1 + Next(8), (byte)(1 + Next(5)));
        using var opened = log.Open(folder, Disk);
        using var disk = new CrashDisk(opened, folder["base.raw"]);
        var identities = new Dictionary<string, ulong>();
        var states = new CrashStates(opened, seed: 3).All;

        foreach (var state in states.Concat(states.Reverse().Take(20)))
        {
            disk.Show(state);
            var read = new byte[Disk];
            disk.Read(0, read);
            read.Should().Equal(Expected(opened, state), "state {0} is {1}", state.Number, state);
            identities.TryAdd(Convert.ToHexString(read), disk.Digest);
            disk.Digest.Should().Be(identities[Convert.ToHexString(read)], "the same disk has the same digest");
        }

        states.Count.Should().BeGreaterThan(300);
        identities.Values.Should().OnlyHaveUniqueItems("different disks have different digests");
        identities[Convert.ToHexString(basis)].Should().Be(0);

        int Next(int end) => (int)((drawn = (drawn * 1664525) + 1013904223) >> 8) % end;
    }

    [Test]
    public void Bytes_that_are_no_whole_sectors_are_read_too()
    {
        using var log = new SampleLog().Fill(1, 1, 200).Open(folder, Disk);
        using var disk = new CrashDisk(log, folder["base.raw"]);
        disk.Show(new(0, CrashKind.Prefix, 0, 1, [], null));

        var read = new byte[700];
        disk.Read(500, read);

        read.Should().Equal([.. Enumerable.Repeat((byte)1, 12), .. Enumerable.Repeat((byte)200, 512), .. Enumerable.Repeat((byte)3, 176)]);
    }

    [Test]
    public void A_range_is_compared_with_what_it_held_in_another_state_in_blocks_of_4096()
    {
        using var log = new SampleLog().Fill(8, 16, 200).Fill(40, 1, 201).Open(folder, Disk);
        using var disk = new CrashDisk(log, folder["base.raw"]);
        disk.Show(new(0, CrashKind.Prefix, 0, 2, [], null));
        var whole = disk.Capture(0, Disk);
        disk.Differing(whole).Should().Be(0);

        disk.Show(new(1, CrashKind.Prefix, 0, 0, [], null));
        disk.Differing(whole).Should().Be(3);
        disk.Show(new(2, CrashKind.Prefix, 0, 1, [], null));
        disk.Differing(whole).Should().Be(1);
    }

    [Test]
    public void What_differs_from_the_base_is_told_by_ranges_and_a_write_of_the_same_bytes_is_no_difference()
    {
        using var log = new SampleLog().Fill(4, 1, 5).Fill(10, 3, 99).Fill(13, 1, 98).Open(folder, Disk);
        using var disk = new CrashDisk(log, folder["base.raw"]);

        disk.Show(new(0, CrashKind.Prefix, 0, 3, [], null));

        disk.Changed().Should().Equal((10 * 512L, 4 * 512L));
        disk.Identity(4 * 512, 512).Should().Be(disk.Identity(20 * 512, 512)).And.Be(0);
        disk.Identity(10 * 512, 512).Should().NotBe(0);
    }

    private byte[] Expected(WriteLog log, CrashState state)
    {
        byte[] disk = [.. basis];
        foreach (var entry in log.Entries.Take(state.Floor).Concat(state.Extra.Select(number => log.Entries[number])))
            Put(entry, 0, (int)entry.Length / 512);
        if (state.Torn is { } torn)
            Put(log.Entries[torn.Entry], torn.From, torn.Sectors);
        return disk;

        void Put(LoggedWrite entry, int from, int sectors)
        {
            var data = new byte[entry.Length];
            if (!entry.IsDiscard)
                log.Read(entry.At, data);
            data.AsSpan(from * 512, sectors * 512).CopyTo(disk.AsSpan((int)entry.Offset + (from * 512)));
        }
    }
}
