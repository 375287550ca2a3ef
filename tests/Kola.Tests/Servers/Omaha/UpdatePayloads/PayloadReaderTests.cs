using System.Security.Cryptography;
using CsCheck;
using FluentAssertions;
using Kola.Servers.Omaha.UpdatePayloads;
using NUnit.Framework;

namespace Kola.Tests.Servers.Omaha.UpdatePayloads;

/// <summary>What the reader says of payloads, whole and broken.</summary>
internal sealed class PayloadReaderTests
{
    private static readonly byte[] Partition = PayloadBench.Image(2_500_000), Kernel = PayloadBench.Image(10_000, seed: 2);

    private static readonly object[][] Broken =
    [
        [PayloadDefect.BadMagic, PayloadProblemKind.BadMagic, "header: the file begins with bytes 43724158, expected 43724155 (CrAU)"],
        [PayloadDefect.WrongManifestSize, PayloadProblemKind.BadManifest, "manifest: bytes 20 to * of the file are not a manifest: *"],
        [PayloadDefect.MissingOperationHash, PayloadProblemKind.MissingOperationHash, "*, operation 1 of 3: it has no SHA-256 of its data"],
        [PayloadDefect.FlippedBlob, PayloadProblemKind.OperationHash, "*, operation 1 of 3: bytes * of the file have SHA-256 *, expected *"],
        [PayloadDefect.NoImageInfo, PayloadProblemKind.NoImageInfo, "*: the manifest does not say its size and SHA-256"],
        [PayloadDefect.WrongImageSize, PayloadProblemKind.ImageSize, "*: the manifest says 2504096 bytes, the operations write blocks of 2502656 bytes in all"],
        [PayloadDefect.NoSignature, PayloadProblemKind.NoSignature, "payload: it is not signed"],
    ];

    [TestCase(1, "partition", "kernel")]
    [TestCase(2, "system", "kernel")]
    public async Task A_payload_that_was_made_is_sound(int format, params string[] images)
    {
        using var bench = new PayloadBench();
        var (made, bytes) = await bench.MakeAsync(Partition, Kernel, format);

        var report = await PayloadBench.InspectAsync(bytes);

        report.Problems.Should().BeEmpty();
        report.Unchecked.Should().BeEmpty();
        report.Should().BeEquivalentTo(new { Format = format, made.Size, made.Sha256 });
        report.Images.Select(image => (image.Name, image.Size, image.Sha256, image.Verified)).Should().Equal(
            (images[0], Partition.Length, Convert.ToHexStringLower(SHA256.HashData(Partition)), true), (images[1], Kernel.Length, Convert.ToHexStringLower(SHA256.HashData(Kernel)), true));
        report.Images[0].Operations.Should().BeEquivalentTo(new Dictionary<string, int> { ["REPLACE"] = 3 });
        report.Signatures.Select(signature => (signature.Of, signature.Version, signature.Bytes, signature.Verified)).Should().Equal(
            format == 1 ? [("payload", 2, 256, true)] : [("metadata", 2, 256, true), ("payload", 2, 256, true)]);
    }

    [TestCaseSource(nameof(Broken))]
    public async Task A_defect_is_what_is_found_and_nothing_else(PayloadDefect defect, PayloadProblemKind kind, string message)
    {
        using var bench = new PayloadBench();
        var (_, bytes) = await bench.MakeAsync(Partition, Kernel, defect: defect);

        var problem = (await PayloadBench.InspectAsync(bytes)).Problems.Should().ContainSingle().Subject;

        problem.Kind.Should().Be(kind);
        problem.Message.Should().Match(message);
    }

    [TestCase(PayloadDefect.ForeignSignature, "payload: no signature is by the given key for this content (SHA-256 *")]
    [TestCase(PayloadDefect.OldSignature, "payload: it has 1 signatures and none of version 2, the one that clients look for")]
    public async Task A_signature_that_does_not_count_is_named(PayloadDefect defect, string message)
    {
        using var bench = new PayloadBench();
        var (_, bytes) = await bench.MakeAsync(Partition, Kernel, defect: defect);

        (await PayloadBench.InspectAsync(bytes)).Problems.Should().ContainSingle().Which.Message.Should().Match(message);
    }

    [Test]
    public async Task An_operation_that_is_said_to_be_longer_moves_all_that_follows()
    {
        using var bench = new PayloadBench();
        var (_, bytes) = await bench.MakeAsync(Partition, Kernel, defect: PayloadDefect.WrongOperationSize);

        (await PayloadBench.InspectAsync(bytes)).Problems.Select(problem => problem.Message).Should().Equal(
            "partition, operation 1 of 3: it writes 1048577 bytes to blocks of 1048576 bytes",
            "partition, operation 2 of 3: its data is at 1048576 of the blobs, expected 1048577, where the one before it ends");
    }

    [TestCaseSource(nameof(Defects))]
    public async Task No_defect_of_either_format_passes(PayloadDefect defect, int format)
    {
        using var bench = new PayloadBench();
        // One operation, no kernel: the least there can be to hide it in.
        var (_, bytes) = await bench.MakeAsync(Partition[..5000], format: format, defect: defect);

        var report = await PayloadBench.InspectAsync(bytes);

        // Clients of format 2 try a signature of any version.
        (report.Problems is []).Should().Be(defect is PayloadDefect.OldSignature && format == 2);
    }

    [Test]
    public async Task A_key_that_is_not_given_is_said_and_another_key_is_told_apart()
    {
        using var bench = new PayloadBench();
        using var other = RSA.Create(3072);
        var (_, bytes) = await bench.MakeAsync(Partition);

        var without = await PayloadReader.InspectAsync(new MemoryStream(bytes), null, CancellationToken.None);
        without.Problems.Should().BeEmpty();
        without.Unchecked.Should().Equal("signatures, because no key was given");
        (await PayloadBench.InspectAsync(bytes, other)).Problems.Should().ContainSingle().Which.Kind.Should().Be(PayloadProblemKind.BadSignature);
        PayloadBench.Key.KeySize.Should().Be(2048);
    }

    [Test]
    public Task Any_image_comes_through_whole() =>
        Gen.Select(Gen.Byte.Array[1, 20_000], Gen.Byte.Array[0, 9000], Gen.Int[1, 2]).SampleAsync(async (partition, kernel, format) =>
        {
            using var bench = new PayloadBench();
            var (_, bytes) = await bench.MakeAsync(partition, kernel is [] ? null : kernel, format);
            var report = await PayloadBench.InspectAsync(bytes);
            report.Problems.Should().BeEmpty();
            report.Images.Should().HaveCount(kernel is [] ? 1 : 2).And.OnlyContain(image => image.Verified);
        }, iter: 60);

    [Test]
    public async Task Any_byte_that_is_changed_or_cut_off_is_found()
    {
        using var bench = new PayloadBench();
        var (_, sound) = await bench.MakeAsync(Partition[..20_000], Kernel);
        await Gen.Select(Gen.Int[0, sound.Length - 1], Gen.Byte[1, 255]).SampleAsync(async (at, flip) =>
        {
            byte[] changed = [.. sound];
            changed[at] ^= flip;
            (await PayloadBench.InspectAsync(changed)).Problems.Should().NotBeEmpty("byte {0} was XORed with {1}", at, flip);
            (await PayloadBench.InspectAsync(sound[..at])).Problems.Should().NotBeEmpty("it was cut off at byte {0}", at);
        }, iter: 400);
    }

    [Test]
    public async Task What_follows_is_told()
    {
        using var bench = new PayloadBench();
        var (made, bytes) = await bench.MakeAsync(Partition);

        (await PayloadBench.InspectAsync([.. bytes, 1, 2, 3])).Problems.Should().ContainSingle().Which.Should()
            .Be(new PayloadProblem(PayloadProblemKind.TrailingData, $"3 bytes follow from byte {made.Size} of the file on, where the payload ends"));
    }

    private static IEnumerable<object[]> Defects() => Enum.GetValues<PayloadDefect>().SelectMany(defect => new[] { new object[] { defect, 1 }, [defect, 2] });
}
