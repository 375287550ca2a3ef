using CliWrap;
using CliWrap.Buffered;
using FluentAssertions;
using Kola.Machines.Host;
using Kola.Results.Events;
using Kola.Results.Gate.Records;
using NUnit.Framework;

namespace Kola.Tests.Results.Gate.Records;

/// <summary>The record as others read it: the real <c>cosign</c>.</summary>
public sealed class CosignTests
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [OneTimeSetUp]
    public void Need()
    {
        if (Executables.Find("cosign") is null)
            Assert.Ignore("cosign is not installed; ci/setup installs it");
    }

    [OneTimeTearDown]
    public void Remove() => folder.Dispose();

    [Test]
    public async Task It_accepts_the_record_for_its_artifact()
    {
        var (code, said) = await VerifyAsync(Sample.Record(Outcome.Passed), Sample.Artifact);

        said.Should().Contain("Verified OK");
        code.Should().Be(0);
    }

    [Test]
    public async Task It_refuses_the_record_for_another_artifact()
    {
        var (code, said) = await VerifyAsync(Sample.Record(Outcome.Passed), "another image"u8.ToArray());

        said.Should().NotContain("Verified OK");
        code.Should().NotBe(0);
    }

    [Test]
    public async Task It_refuses_the_record_under_another_key()
    {
        var forged = GateRecord.Sign(Sample.Statement(Outcome.Passed), SigningKey.ReadPrivate(SigningKey.Create(null).Private, "other", null));

        (await VerifyAsync(forged, Sample.Artifact)).Code.Should().NotBe(0);
    }

    private async Task<(int Code, string Said)> VerifyAsync(byte[] record, byte[] artifact)
    {
        var result = await Cli.Wrap("cosign").WithArguments(
        [
            "verify-blob-attestation", "--key", folder.Write("kola.pub", Sample.Key.ExportSubjectPublicKeyInfoPem()), "--signature", folder.Write("record.dsse.json", record),
            "--type", Statement.TestResult, "--insecure-ignore-tlog=true", folder.Write("os.raw", artifact),
        ]).WithEnvironmentVariables(e => e.Set("HOME", folder.Path)).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(Stop);
        return (result.ExitCode, result.StandardOutput + result.StandardError);
    }
}
