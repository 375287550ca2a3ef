using System.Buffers.Binary;
using CliWrap;
using CliWrap.Buffered;
using FluentAssertions;
using Kola.Machines.Host;
using Kola.Machines.Qemu.Networks.Lab;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Kola.Tests.Machines.Qemu.Networks.Lab;

/// <summary>The bytes of a capture, by the format's description (draft-ietf-opsawg-pcap).</summary>
internal sealed class PacketCaptureTests
{
    [Test]
    public void A_capture_is_a_header_and_each_frame_with_its_nanosecond()
    {
        using var folder = new TemporaryFolder();
        var time = new FakeTimeProvider(new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero));
        using var capture = new PacketCapture(folder["x.pcap"], long.MaxValue, time);

        capture.Write([1, 2, 3]);
        time.Advance(TimeSpan.FromTicks(1_234_567));
        capture.Write(new byte[5000]);

        var bytes = File.ReadAllBytes(folder["x.pcap"]);
        Convert.ToHexString(bytes[..24]).Should().Be("4D3CB2A1" + "0200" + "0400" + "00000000" + "00000000" + "00000400" + "01000000");
        var records = Read(bytes);
        records.Should().HaveCount(2);
        records[0].Should().BeEquivalentTo((Seconds: 1893553445U, Nanoseconds: 0U, Frame: new byte[] { 1, 2, 3 }));
        (records[1].Seconds, records[1].Nanoseconds, records[1].Frame.Length).Should().Be((1893553445U, 123_456_700U, 5000));
    }

    [Test]
    public void A_capture_that_may_not_grow_stays_whole()
    {
        using var folder = new TemporaryFolder();
        using var capture = new PacketCapture(folder["x.pcap"], 24 + 16 + 64, TimeProvider.System);

        capture.Write(new byte[64]).Should().BeTrue();
        capture.Write(new byte[1]).Should().BeFalse();

        Read(File.ReadAllBytes(folder["x.pcap"])).Should().ContainSingle();
    }

    [Test]
    public async Task Each_port_has_what_its_machine_sent_and_what_it_was_sent()
    {
        await using var lab = await LabStations.StartAsync();
        lab.Switch.Apply(new() { Sets = [["a", "b"]] });
        await lab["a"].SendAsync("b", 1);
        await lab["b"].HearNumberAsync();
        await lab["b"].SendAsync("a", 2);
        await lab["a"].HearNumberAsync();
        await lab["c"].SendAsync("a", 3);
        await lab.PullAsync("c");

        IEnumerable<int> Numbers(string port) => Read(File.ReadAllBytes(lab.Capture(port))).Select(record => LabStations.Number(record.Frame));

        Numbers("a").Should().Equal(1, 2);
        Numbers("b").Should().Equal(1, 2);
        Numbers("c").Should().Equal([3], "it sent what the partition cut");
    }

    [Test]
    public async Task Wireshark_reads_it()
    {
        if (Executables.Find("tshark") is null)
            Assert.Ignore("tshark is not installed; ci/setup installs it");
        using var folder = new TemporaryFolder();
        using (var capture = new PacketCapture(folder["x.pcap"], long.MaxValue, new FakeTimeProvider(new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero))))
            // Who has 10.20.0.12? Tell 10.20.0.11.
            capture.Write(Convert.FromHexString("FFFFFFFFFFFF" + "525400CA12F4" + "0806" + "0001080006040001" + "525400CA12F4" + "0A14000B" + "000000000000" + "0A14000C"));

        var read = await Cli.Wrap("tshark").WithArguments(["-r", folder["x.pcap"], "-T", "fields", "-E", "separator=;", "-e", "frame.time_epoch", "-e", "eth.src", "-e", "arp.dst.proto_ipv4"])
            .WithEnvironmentVariables(e => e.Set("HOME", folder.Path)).ExecuteBufferedAsync(TestContext.CurrentContext.CancellationToken);

        read.StandardOutput.Trim().Should().Be("1893553445.000000000;52:54:00:ca:12:f4;10.20.0.12");
    }

    private static List<(uint Seconds, uint Nanoseconds, byte[] Frame)> Read(byte[] bytes)
    {
        uint At(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(offset));
        var records = new List<(uint, uint, byte[])>();
        for (var offset = 24; offset < bytes.Length;)
        {
            var length = (int)At(offset + 8);
            At(offset + 12).Should().Be((uint)length, "nothing is cut off");
            records.Add((At(offset), At(offset + 4), bytes[(offset + 16)..(offset + 16 + length)]));
            offset += 16 + length;
        }

        return records;
    }
}
