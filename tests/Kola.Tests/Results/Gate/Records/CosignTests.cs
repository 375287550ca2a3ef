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

    [TestCaseSource(typeof(OpensslKey), nameof(OpensslKey.Kinds))]
    public async Task It_accepts_envelope_bundle_and_summary_by_every_kind_of_key(string kind)
    {
        OpensslKey.Need();
        var (secret, open, password) = await OpensslKey.MakeAsync(kind, Stop);
        using var key = SigningKey.ReadPrivate(secret, "the.key", password);
        var statement = Sample.Statement(Outcome.Passed);
        var record = Envelope.Sign(statement.ToBytes(), key);
        var summary = Envelope.Sign(VerificationSummary.Of(statement, Resource.Of("record.dsse.json", new('a', 64)), "urn:kola:release:os:2").ToBytes(), key);

        foreach (var (envelope, type) in new[] { (record, Statement.TestResult), (summary, VerificationSummary.PredicateTypeName) })
        {
            (await CosignAsync(["--signature", folder.Write("e.dsse.json", envelope.ToBytes())], type, open, Sample.Artifact)).Should().Be((0, true), "{0} is an envelope", type);
            (await CosignAsync([.. Bundle(SigstoreBundle.Of(envelope, key))], type, open, Sample.Artifact)).Should().Be((0, true), "{0} is a bundle", type);
            (await CosignAsync([.. Bundle(SigstoreBundle.Of(envelope, key))], type, open, "another image"u8.ToArray())).Accepted.Should().BeFalse("the bundle is of another artifact");
            (await CosignAsync([.. Bundle(SigstoreBundle.Of(envelope, key))], type, SigningKey.Create(null).Public, Sample.Artifact)).Accepted.Should().BeFalse("the bundle is by another key");
        }
    }

    /// <summary>Debian has it in sid; without options it takes a bundle, and an envelope no more.</summary>
    [TestCaseSource(typeof(OpensslKey), nameof(OpensslKey.Kinds)), Category("cosign-3")]
    public async Task Its_version_3_accepts_the_bundle_as_it_comes(string kind)
    {
        OpensslKey.Need();
        if (Environment.GetEnvironmentVariable("KOLA_COSIGN3") is not { Length: > 0 } cosign)
        {
            Assert.Ignore("no cosign 3 is named: KOLA_COSIGN3=/path/to/cosign");
            return;
        }

        var (secret, open, password) = await OpensslKey.MakeAsync(kind, Stop);
        using var key = SigningKey.ReadPrivate(secret, "the.key", password);
        string[] signed = ["--bundle", folder.Write("e.sigstore.json", SigstoreBundle.Of(Envelope.Sign(Sample.Statement(Outcome.Passed).ToBytes(), key), key).ToBytes())];

        (await CosignAsync(signed, Statement.TestResult, open, Sample.Artifact, cosign)).Should().Be((0, true));
        (await CosignAsync(signed, Statement.TestResult, open, "another image"u8.ToArray(), cosign)).Accepted.Should().BeFalse();
    }

    /// <summary>cosign 2.5 asks for sigstore's own keys before it reads a bundle, also where the key is given; this root has none, so that nothing is asked of the network.</summary>
    private const string EmptyRoot = """{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1","tlogs":[],"certificateAuthorities":[],"ctlogs":[],"timestampAuthorities":[]}""";

    private string[] Bundle(SigstoreBundle bundle) => ["--bundle", folder.Write("e.sigstore.json", bundle.ToBytes()), "--new-bundle-format", "--trusted-root", folder.Write("root.json", EmptyRoot)];

    private async Task<(int Code, bool Accepted)> CosignAsync(string[] signed, string type, string key, byte[] artifact, string cosign = "cosign")
    {
        var result = await Cli.Wrap(cosign).WithArguments(["verify-blob-attestation", "--key", folder.Write("a.pub", key), .. signed, "--type", type, "--insecure-ignore-tlog=true", folder.Write("a.raw", artifact)])
            .WithEnvironmentVariables(e => e.Set("HOME", folder.Path)).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(Stop);
        TestContext.Out.WriteLine(result.StandardError);
        return (result.ExitCode, (result.StandardOutput + result.StandardError).Contains("Verified OK", StringComparison.Ordinal));
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
