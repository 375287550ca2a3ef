using System.Security.Cryptography;
using System.Text.Json;
using FluentAssertions;
using NUnit.Framework;

namespace Kola.Tests.CommandLine;

/// <summary><c>kola payload</c> as a user calls it.</summary>
[Parallelizable]
internal sealed class PayloadTests
{
    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [Test]
    public async Task A_payload_is_made_and_found_sound()
    {
        using var kola = new KolaSandbox();
        WriteInputs(kola);

        var made = await kola.RunAsync("payload make --partition usr.img --kernel vmlinuz --key update.key -o update.gz --json".Split(' '), Stop);
        var inspected = await kola.RunAsync("payload inspect update.gz --key update.pub --json".Split(' '), Stop);

        (made.Code, inspected.Code).Should().Be((0, 0), made.Complaint + inspected.Complaint);
        var bytes = await File.ReadAllBytesAsync(kola["update.gz"], Stop);
        using var written = JsonDocument.Parse(string.Join('\n', made.Stdout));
        written.RootElement.GetProperty("size").GetInt64().Should().Be(bytes.Length);
        written.RootElement.GetProperty("sha256Base64").GetString().Should().Be(Convert.ToBase64String(SHA256.HashData(bytes)));
        using var report = JsonDocument.Parse(string.Join('\n', inspected.Stdout));
        report.RootElement.GetProperty("problems").GetArrayLength().Should().Be(0);
        report.RootElement.GetProperty("images").EnumerateArray().Select(image => $"{image.GetProperty("name")} {image.GetProperty("verified")}").Should().Equal("partition True", "kernel True");
        report.RootElement.GetProperty("signatures")[0].GetProperty("verified").GetBoolean().Should().BeTrue();
    }

    [Test]
    public async Task A_payload_that_is_wrong_ends_with_1_and_says_what_is_wrong()
    {
        using var kola = new KolaSandbox();
        WriteInputs(kola);
        var made = await kola.RunAsync("payload make --partition usr.img --key update.key -o update.gz --defect flipped-blob".Split(' '), Stop);

        var inspected = await kola.RunAsync("payload inspect update.gz".Split(' '), Stop);

        made.Stdout.Should().ContainSingle().Which.Should().EndWith("; it is wrong on purpose: flipped-blob");
        inspected.Code.Should().Be(1);
        inspected.Stderr.Should().ContainSingle().Which.Should().Match("kola: partition, operation 1 of 1: bytes * of the file have SHA-256 *, expected *");
        inspected.Stdout.Should().Contain("not checked: signatures, because no key was given");
    }

    [TestCase("make --partition none.img --key update.key -o x", "none.img cannot be read: there is no such file")]
    [TestCase("make --partition usr.img --key none.key -o x", "none.key cannot be read: *")]
    [TestCase("make --partition usr.img --key usr.img -o x", "usr.img is not a private RSA key in PEM; 'openssl genrsa -out FILE 2048' makes one")]
    [TestCase("make --partition usr.img --key update.pub -o x", "update.pub is not a private RSA key in PEM; *")]
    [TestCase("make --partition usr.img --key update.key -o usr.img", "usr.img is an image that the payload is made from; give another output")]
    [TestCase("inspect none.gz", "none.gz cannot be read: *")]
    [TestCase("inspect usr.img --key vmlinuz", "vmlinuz is not an RSA key in PEM; *")]
    public async Task What_cannot_be_used_is_a_usage_error(string line, string complaint)
    {
        using var kola = new KolaSandbox();
        WriteInputs(kola);

        var ended = await kola.RunAsync(["payload", .. line.Split(' ')], Stop);

        ended.Code.Should().Be(3);
        ended.Stderr.Should().ContainSingle().Which.Should().Match($"kola: {complaint}");
        File.Exists(kola["x"]).Should().BeFalse();
    }

    [TestCase("payload make --partition usr.img --key update.key -o x --defect none", "none")]
    [TestCase("payload make --partition usr.img --key update.key -o x --format 3", "3")]
    public async Task A_kind_that_does_not_exist_is_answered_with_those_that_do(string line, string word)
    {
        using var kola = new KolaSandbox();

        var ended = await kola.RunAsync(line.Split(' '), Stop);

        ended.Code.Should().Be(3);
        ended.Stderr[0].Should().Contain($"'{word}'");
        ended.Complaint.Should().Contain(word == "3" ? "'2'" : "'flipped-blob'").And.EndWith("see kola payload make --help");
    }

    private static void WriteInputs(KolaSandbox kola)
    {
        using var key = RSA.Create(2048);
        kola.Write("usr.img", [.. Enumerable.Range(0, 10_000).Select(number => (byte)(number * 7))]);
        kola.Write("vmlinuz", [1, 2, 3]);
        kola.Write("update.key", key.ExportPkcs8PrivateKeyPem());
        kola.Write("update.pub", key.ExportSubjectPublicKeyInfoPem());
    }
}
