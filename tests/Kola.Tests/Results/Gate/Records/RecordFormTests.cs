using System.Text.Json.Nodes;
using FluentAssertions;
using Kola.Results.Events;
using Kola.Results.Gate.Records;
using NUnit.Framework;

namespace Kola.Tests.Results.Gate.Records;

/// <summary>The forms beside the envelope: bundle, summary, and what a statement names.</summary>
public sealed class RecordFormTests
{
    private static readonly Resource Image = Resource.Find($"registry.example/os@sha256:{new string('c', 64)}")!;

    [Test]
    public void A_bundle_holds_the_envelope_and_names_the_key()
    {
        var bundle = JsonNode.Parse(Bundle())!;

        ((string)bundle["mediaType"]!).Should().Be("application/vnd.dev.sigstore.bundle.v0.3+json");
        Convert.FromBase64String((string)bundle["verificationMaterial"]!["publicKey"]!["hint"]!).Should().HaveCount(32);
        ((string)bundle["dsseEnvelope"]!["payloadType"]!).Should().Be(Envelope.InToto);
    }

    [Test]
    public void A_bundle_is_verified_as_the_envelope_is() => Check().Verify(Bundle(), Sample.Key).Predicate.Result.Should().Be("PASSED");

    [Test]
    public void Any_byte_of_a_bundle_that_is_altered_is_refused()
    {
        var bundle = Bundle();
        for (var i = 0; i < bundle.Length; i++)
        {
            var altered = bundle.ToArray();
            altered[i] ^= (byte)(1 << (i % 8));
            FluentActions.Invoking(() => Check().Verify(altered, Sample.Key)).Should().Throw<RecordException>("byte {0} was altered", i);
        }
    }

    [Test]
    public void A_bundle_by_another_key_is_refused()
    {
        using var other = SigningKey.ReadPrivate(SigningKey.Create(null).Private, "other", null);

        FluentActions.Invoking(() => Check().Verify(Bundle(), other)).Should().Throw<RecordException>().WithMessage("the record is signed by another key (hint *");
    }

    [Test]
    public void A_summary_names_policy_and_record_and_how_much_was_judged()
    {
        var record = Resource.Of("record.dsse.json", new('a', 64));

        var summary = JsonNode.Parse(VerificationSummary.Of(Sample.Statement(Outcome.Passed), record, "urn:kola:release:os:2").ToBytes())!;

        ((string)summary["predicateType"]!).Should().Be("https://slsa.dev/verification_summary/v1");
        ((string)summary["subject"]![0]!["digest"]!["sha256"]!).Should().Be(Sample.ArtifactSha256);
        var predicate = summary["predicate"]!;
        ((string)predicate["policy"]!["digest"]!["sha256"]!).Should().Be("digest of the policy");
        ((string)predicate["inputAttestations"]![0]!["digest"]!["sha256"]!).Should().Be(new string('a', 64));
        ((string)predicate["verificationResult"]!).Should().Be("PASSED");
        predicate["verifiedLevels"]!.AsArray().Select(level => (string)level!).Should().Equal("KOLA_GATE_FULL");
        ((string)predicate["resourceUri"]!).Should().Be("urn:kola:release:os:2");
    }

    [TestCase(Outcome.Failed)]
    [TestCase(Outcome.Infrastructure)]
    public void A_summary_of_what_is_no_pass_says_failed_and_names_no_level(Outcome outcome)
    {
        var statement = Sample.Statement(outcome);
        statement = statement with { Predicate = statement.Predicate with { Configuration = [Resource.Of("night.yaml", "digest"), .. statement.Predicate.Configuration.Skip(1)] } };
        var predicate = VerificationSummary.Of(statement, Image, "urn:kola:release:os:2").Predicate;
        predicate.Policy.Uri.Should().Be("night.yaml", "the record says which file was the policy");

        predicate.VerificationResult.Should().Be("FAILED");
        predicate.VerifiedLevels.Should().BeEmpty();
    }

    [Test]
    public void A_statement_names_the_run_s_page_and_the_tests_of_each_file()
    {
        var predicate = JsonNode.Parse(Sample.Statement(Outcome.Passed).PredicateToBytes())!;

        ((string)predicate["url"]!).Should().Be("https://ci.example/job/7");
        var configured = predicate["configuration"]!.AsArray().SelectMany(entry => entry!["annotations"]?["tests"]?.AsArray() ?? []).Select(test => (string)test!);
        configured.Should().Contain(predicate["passedTests"]!.AsArray().Select(test => (string)test!));
    }

    [Test]
    public void A_subject_that_was_given_is_marked_and_vouched_for()
    {
        var statement = Sample.Statement(Outcome.Passed);
        var record = GateRecord.Sign(statement with { Subject = [Image, .. statement.Subject] }, Sample.Key);

        Image.Annotations!.Given.Should().BeTrue();
        var check = Check() with { Artifacts = new Dictionary<string, string> { ["image"] = new('c', 64) } };
        check.Verify(record, Sample.Key).Subject.Should().HaveCount(2);
    }

    [TestCase("os")]
    [TestCase("os@sha256:abc")]
    [TestCase("os@sha512:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc")]
    [TestCase("@sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc")]
    [TestCase("os@sha256:CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC")]
    public void What_is_not_a_name_with_its_digest_is_no_subject(string named) => Resource.Find(named).Should().BeNull();

    private static byte[] Bundle() => SigstoreBundle.Of(Envelope.Read(Sample.Record(Outcome.Passed)), Sample.Key).ToBytes();

    private static RecordCheck Check() => new() { Artifacts = new Dictionary<string, string> { ["os.raw"] = Sample.ArtifactSha256 }, Now = Recording.Noon.AddHours(2) };
}
