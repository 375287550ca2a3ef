using System.Buffers.Binary;
using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Sweeps;
using Kola.Tests.Machines.Offline;
using NUnit.Framework;

namespace Kola.Tests.Machines.Sweeps;

internal sealed class WriteLogTests
{
    private const long Disk = 1 << 20;

    private readonly TemporaryFolder folder = new();

    [OneTimeTearDown]
    public void Remove() => folder.Dispose();

    [Test]
    public void Entries_are_read_in_their_order_with_their_data()
    {
        using var log = new SampleLog().Fill(3, 2, 7).Flush().Discard(8, 4).Write(9, new byte[512], LogFlags.ForcedUnitAccess).Open(folder, Disk);

        log.Entries.Select(entry => (entry.Number, entry.Flags, entry.Offset, entry.Length)).Should().Equal(
            (0, LogFlags.None, 1536L, 1024L), (1, LogFlags.Flush, 0L, 0L), (2, LogFlags.Discard, 4096L, 2048L), (3, LogFlags.ForcedUnitAccess, 4608L, 512L));
        var data = new byte[1024];
        log.Read(log.Entries[0].At, data);
        data.Should().OnlyContain(value => value == 7);
        log.Uncounted.Should().Be(0);
    }

    [Test, Category("qemu")]
    public async Task A_log_that_QEMU_itself_writes_is_read()
    {
        var stop = TestContext.CurrentContext.CancellationToken;
        await SampleDisk.RunAsync("qemu-img", ["create", "-q", "-f", "qcow2", folder["real.qcow2"], "1M"], stop);
        folder.Write("real.log", []);

        await SampleDisk.RunAsync(
            "qemu-io",
            ["--image-opts", $"driver=blklogwrites,log-sector-size=512,file.driver=qcow2,file.file.driver=file,file.file.filename={folder["real.qcow2"]},log.driver=file,log.filename={folder["real.log"]}",
             "-c", "write -q -P 7 0 8k", "-c", "flush", "-c", "write -q -P 9 64k 4k", "-c", "flush", "-c", "discard -q 128k 64k"],
            stop);

        using var log = WriteLog.Open(folder["real.log"], Disk);
        log.Entries.Take(5).Select(entry => (entry.Offset, entry.Length, entry.Flags)).Should().Equal(
            (0L, 8192L, LogFlags.None), (0L, 0L, LogFlags.Flush), (65536L, 4096L, LogFlags.None), (0L, 0L, LogFlags.Flush), (131072L, 65536L, LogFlags.Discard));
        var data = new byte[512];
        log.Read(log.Entries[2].At, data);
        data.Should().OnlyContain(value => value == 9);
    }

    [Test]
    public void Entries_that_the_super_block_does_not_count_yet_are_taken_as_far_as_they_are_whole()
    {
        var bytes = new SampleLog().Fill(0, 1, 1).Fill(1, 1, 2).Fill(2, 4, 3).ToBytes(counted: 1);

        using var log = WriteLog.Open(folder.Write("killed.log", bytes[..^700]), Disk);

        log.Entries.Select(entry => entry.Offset).Should().Equal(0, 512);
        log.Uncounted.Should().Be(1);
    }

    [Test]
    public void A_counted_entry_that_is_cut_off_is_refused_by_its_number() =>
        Refusal(new SampleLog().Fill(0, 1, 1).Fill(1, 4, 2).ToBytes()[..^1]).Should().Contain("cut off in entry 1").And.Contain("record the update again");

    [Test]
    public void A_log_that_ends_before_a_counted_entry_is_refused() =>
        Refusal(new SampleLog().Fill(0, 3, 1).ToBytes(counted: 2)).Should().Contain("cut off before entry 1");

    [Test]
    public void A_count_that_the_file_has_no_room_for_is_refused() =>
        Refusal(new SampleLog().Fill(0, 1, 1).ToBytes(counted: 900)).Should().Contain("counts 900 entries");

    [TestCase(0, 0x1234, "expected 6a736677736872")]
    [TestCase(8, 2, "version is 2, expected 1")]
    [TestCase(24, 500, "sectors have 500 bytes")]
    [TestCase(512 + 8, 4000, "entry 0, at 512 bytes, writes sectors 0 to 0 + 4000, the disk has 2048")]
    [TestCase(512, -1, "entry 0, at 512 bytes, writes sectors")]
    [TestCase(512 + 16, 32, "entry 0, at 512 bytes, has flags 0x20")]
    [TestCase(512 + 8, 0, "entry 0, at 512 bytes, writes nothing")]
    public void A_damaged_log_is_refused_with_the_place_of_the_damage(int at, int value, string why)
    {
        var bytes = new SampleLog().Fill(0, 1, 1).ToBytes();
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), value);

        Refusal(bytes).Should().Contain(why);
    }

    [Test]
    public void An_empty_file_is_no_log() => Refusal([]).Should().Contain("it has 0 bytes");

    private string Refusal(byte[] bytes) => FluentActions.Invoking(() => WriteLog.Open(folder.Write("bad.log", bytes), Disk)).Should().Throw<InputException>().Which.Message;
}
