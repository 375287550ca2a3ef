using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using FluentAssertions;
using NUnit.Framework;

namespace Kola.Tests.Servers.Omaha.UpdatePayloads;

/// <summary>The bytes of a payload, read with nothing of Kola's: this is what update_engine takes apart.</summary>
internal sealed class PayloadFormatTests
{
    private const int OperationBytes = 1024 * 1024;

    [Test]
    public async Task A_payload_is_a_header_a_manifest_blobs_without_gaps_and_a_signature()
    {
        using var bench = new PayloadBench();
        var (partition, kernel) = (PayloadBench.Image((2 * OperationBytes) + 5000), PayloadBench.Image(10_000, seed: 2));

        var (made, bytes) = await bench.MakeAsync(partition, kernel);

        bytes.Should().HaveCount((int)made.Size);
        made.Sha256.Should().Be(Convert.ToHexStringLower(SHA256.HashData(bytes)));
        Encoding.ASCII.GetString(bytes, 0, 4).Should().Be("CrAU");
        BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(4)).Should().Be(1);
        var blobs = 20 + (int)BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(12));
        bytes[blobs..^264].Should().Equal([.. partition, .. kernel]);
        var fields = Fields(bytes[20..blobs]);
        fields.Where(field => field.Number == 1).Should().HaveCount(3);
        fields.Single(field => field.Number == 3).Value.Should().Be(4096);
        fields.Single(field => field.Number == 4).Value.Should().Be(partition.Length + kernel.Length);
        fields.Single(field => field.Number == 5).Value.Should().Be(264);
        InfoOf(fields.Single(field => field.Number == 9).Bytes).Should().Be((partition.Length, Convert.ToHexStringLower(SHA256.HashData(partition))));
        var procedure = Fields(fields.Single(field => field.Number == 10).Bytes);
        procedure.Single(field => field.Number == 1).Value.Should().Be(0, "that is the kernel");
        InfoOf(procedure.Single(field => field.Number == 4).Bytes).Should().Be((kernel.Length, Convert.ToHexStringLower(SHA256.HashData(kernel))));
    }

    [Test]
    public async Task An_operation_replaces_blocks_and_has_a_hash_and_its_place()
    {
        using var bench = new PayloadBench();
        var partition = PayloadBench.Image((2 * OperationBytes) + 5000);

        var (_, bytes) = await bench.MakeAsync(partition);

        var last = Fields(Fields(bytes[20..(20 + (int)BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(12)))]).Last(field => field.Number == 1).Bytes);
        last.Where(field => field.Number is 1 or 2 or 3).Select(field => field.Value).Should().Equal(0, 2 * OperationBytes, 5000);
        Fields(last.Single(field => field.Number == 6).Bytes).Select(field => field.Value).Should().Equal(512, 2);
        last.Single(field => field.Number == 8).Bytes.Should().Equal(SHA256.HashData(partition.AsSpan(2 * OperationBytes)));
    }

    [Test]
    public async Task The_signature_is_over_all_that_is_before_it_and_has_version_2()
    {
        using var bench = new PayloadBench();

        var (_, bytes) = await bench.MakeAsync(PayloadBench.Image(9000));

        Fields(Fields(bytes[^264..]).Single(field => field.Number == 1).Bytes).Single(field => field.Number == 1).Value.Should().Be(2);
        Signs(bytes[^264..], bytes[..^264]).Should().BeTrue();
    }

    [Test]
    public async Task In_format_2_the_manifest_is_signed_too_and_the_signature_of_all_passes_over_that()
    {
        using var bench = new PayloadBench();
        var (partition, kernel) = (PayloadBench.Image(9000), PayloadBench.Image(5000, seed: 2));

        var (_, bytes) = await bench.MakeAsync(partition, kernel, format: 2);

        BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(4)).Should().Be(2);
        BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(20)).Should().Be(264);
        var metadata = 24 + (int)BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(12));
        Signs(bytes[metadata..(metadata + 264)], bytes[..metadata]).Should().BeTrue();
        byte[] signed = [.. bytes[..metadata], .. bytes[(metadata + 264)..^264]];
        signed[metadata..].Should().Equal([.. partition, .. kernel]);
        Signs(bytes[^264..], signed).Should().BeTrue();
        Fields(bytes[24..metadata]).Where(field => field.Number == 13).Select(field => Encoding.ASCII.GetString(Fields(field.Bytes)[0].Bytes)).Should().Equal("system", "kernel");
    }

    [TestCase(1)]
    [TestCase(2)]
    public async Task The_same_images_and_key_make_the_same_bytes(int format)
    {
        using var bench = new PayloadBench();
        using var again = new PayloadBench();
        var (partition, kernel) = (PayloadBench.Image(3_000_000), PayloadBench.Image(5000, seed: 2));

        (await bench.MakeAsync(partition, kernel, format)).Bytes.Should().Equal((await again.MakeAsync(partition, kernel, format)).Bytes);
    }

    private static bool Signs(byte[] message, byte[] content) =>
        PayloadBench.Key.VerifyData(content, Fields(Fields(message).Single(field => field.Number == 1).Bytes).Single(field => field.Number == 2).Bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    private static (long Size, string Sha256) InfoOf(byte[] info) => (Fields(info)[0].Value, Convert.ToHexStringLower(Fields(info)[1].Bytes));

    /// <summary>The fields of a protobuf message: a tag, then a number or so many bytes.</summary>
    private static List<(int Number, long Value, byte[] Bytes)> Fields(byte[] message)
    {
        var fields = new List<(int, long, byte[])>();
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint();
            var value = Varint();
            var bytes = (tag & 7) switch
            {
                0 => [],
                2 => message[at..(at += (int)value)],
                var type => throw new InvalidOperationException($"wire type {type} at {at}"),
            };
            fields.Add(((int)(tag >> 3), value, bytes));

            long Varint()
            {
                long number = 0;
                for (var shift = 0; ; shift += 7)
                {
                    number |= (long)(message[at] & 0x7F) << shift;
                    if (message[at++] < 0x80)
                        return number;
                }
            }
        }

        return fields;
    }
}
