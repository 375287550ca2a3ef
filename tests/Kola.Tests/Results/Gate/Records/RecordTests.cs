using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using FluentAssertions;
using Kola.Results.Events;
using Kola.Results.Gate.Records;
using NUnit.Framework;

namespace Kola.Tests.Results.Gate.Records;

/// <summary>A record vouches for what was judged, and for nothing else.</summary>
public sealed class RecordTests
{
    private static readonly string[] Two = ["boot.one", "boot.two"];
    private static readonly ECDsa Key = Sample.Key;

    [Test]
    public void A_passed_verdict_vouches_for_its_artifacts()
    {
        var statement = Check().Verify(Record(Outcome.Passed), Key);

        statement.Predicate.Result.Should().Be("PASSED");
        statement.Predicate.PassedTests.Should().Equal(Two);
    }

    [Test]
    public void It_is_an_in_toto_statement_about_test_results_in_a_DSSE_envelope()
    {
        var envelope = JsonNode.Parse(Record(Outcome.Passed))!;
        var statement = JsonNode.Parse(Convert.FromBase64String((string)envelope["payload"]!))!;

        ((string)envelope["payloadType"]!).Should().Be("application/vnd.in-toto+json");
        ((string)statement["_type"]!).Should().Be("https://in-toto.io/Statement/v1");
        ((string)statement["predicateType"]!).Should().Be("https://in-toto.io/attestation/test-result/v0.1");
        ((string)statement["subject"]![0]!["digest"]!["sha256"]!).Should().Be(Sample.ArtifactSha256);
    }

    [Test]
    public void It_binds_policy_quarantine_scenarios_Kola_QEMU_firmware_logs_and_every_attempt()
    {
        var predicate = Check().Verify(Record(Outcome.Passed), Key).Predicate;

        predicate.Configuration.Select(c => (c.Name, c.Sha256)).Should().Equal(
            ("ci/gate.yaml", "digest of the policy"), ("ci/quarantine.yaml", "digest of the quarantine"),
            ("scenarios/boot/one.yaml", "digest of boot.one"), ("scenarios/boot/two.yaml", "digest of boot.two"));
        predicate.Kola.Version.Should().Be("1.0");
        var run = predicate.Kola.Runs.Should().ContainSingle().Subject;
        run.LogSha256.Should().Be("digest of the log");
        run.Host!.QemuVersion.Should().Be("10.0");
        run.Host.QemuSha256.Should().Be("digest of QEMU");
        run.Host.Firmware.Should().ContainKey("OVMF_CODE.fd");
        run.Images.Should().ContainSingle().Which.Sha256.Should().Be("digest of os:1");
        predicate.Kola.Scenarios.SelectMany(s => s.Attempts).Should().HaveCount(2);
    }

    [Test]
    public void Any_byte_that_is_altered_is_refused()
    {
        var record = Record(Outcome.Passed);
        for (var i = 0; i < record.Length; i++)
        {
            var altered = record.ToArray();
            altered[i] ^= (byte)(1 << (i % 8));
            FluentActions.Invoking(() => Check().Verify(altered, Key)).Should().Throw<RecordException>("byte {0} was altered", i).Which.Message.Should().NotBeEmpty();
        }
    }

    [Test]
    public void A_record_that_was_indented_or_has_other_line_ends_is_still_one()
    {
        var text = Encoding.UTF8.GetString(Record(Outcome.Passed));
        var indented = JsonNode.Parse(text)!.ToJsonString(new(JsonSerializerOptions.Default) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

        foreach (var again in (string[])[text + "\n", text.TrimEnd(), indented, indented.ReplaceLineEndings("\r\n"), indented.Replace("  ", "\t", StringComparison.Ordinal)])
            Check().Verify(Encoding.UTF8.GetBytes(again), Key).Predicate.Result.Should().Be("PASSED", again);
    }

    [TestCase("\"payloadType\"", "\"payload\\u0054ype\"")]
    [TestCase("\"payloadType\":", "\"extra\":1,\"payloadType\":")]
    [TestCase("\"payloadType\":", "\"payload\":\"\",\"payloadType\":")]
    [TestCase("{\"payloadType\"", "{ \"payloadType \"")]
    [TestCase("application/vnd", "application\\/vnd")]
    public void Any_other_difference_is_refused_also_where_the_signature_does_not_cover_it(string written, string altered)
    {
        var text = Encoding.UTF8.GetString(Record(Outcome.Passed));
        text.Should().Contain(written);

        FluentActions.Invoking(() => Check().Verify(Encoding.UTF8.GetBytes(text.Replace(written, altered, StringComparison.Ordinal)), Key)).Should().Throw<RecordException>();
    }

    [Test]
    public void Another_artifact_is_refused() =>
        Refused(Check() with { Artifacts = new Dictionary<string, string> { ["other.raw"] = new('b', 64) } }, Record(Outcome.Passed), "about other artifacts: other.raw");

    [Test]
    public void One_artifact_of_several_that_it_does_not_know_is_refused() =>
        Refused(Check() with { Artifacts = new Dictionary<string, string> { ["os.raw"] = Sample.ArtifactSha256, ["other.raw"] = new('b', 64) } }, Record(Outcome.Passed), "other.raw");

    [Test]
    public void No_artifact_is_refused() => Refused(Check() with { Artifacts = new Dictionary<string, string>() }, Record(Outcome.Passed), "no artifact given");

    [Test]
    public void Another_policy_is_refused() => Refused(Check() with { PolicySha256 = "another" }, Record(Outcome.Passed), "another policy");

    [Test]
    public void Another_key_is_refused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        FluentActions.Invoking(() => Check().Verify(Record(Outcome.Passed), other)).Should().Throw<RecordException>().WithMessage("*signed by another key*");
    }

    [Test]
    public void A_signature_by_another_key_under_the_name_of_the_right_one_is_refused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var forged = Envelope.Sign(Sample.Statement(Outcome.Passed).ToBytes(), other);
        forged = forged with { Signatures = [forged.Signatures[0] with { KeyId = SigningKey.IdOf(Key) }] };

        Refused(Check(), forged.ToBytes(), "the signature does not fit");
    }

    [Test]
    public void An_old_record_is_refused_by_the_policy_s_bound_or_the_caller_s()
    {
        Refused(Check() with { Now = Recording.Noon.AddDays(15) }, Record(Outcome.Passed), "too old");
        Refused(Check() with { Now = Recording.Noon.AddDays(2), MaxAge = TimeSpan.FromDays(1) }, Record(Outcome.Passed), "too old");
        Check().Invoking(c => (c with { Now = Recording.Noon.AddDays(13) }).Verify(Record(Outcome.Passed), Key)).Should().NotThrow();
    }

    [Test]
    public void A_record_of_the_future_is_refused() => Refused(Check() with { Now = Recording.Noon.AddDays(-1) }, Record(Outcome.Passed), "in the future");

    [TestCase(Outcome.Failed, "the gate's verdict is failed: boot.two")]
    [TestCase(Outcome.Infrastructure, "the gate's verdict is not proven: boot.two")]
    public void A_verdict_that_is_no_pass_vouches_for_nothing(Outcome outcome, string why) => Refused(Check(), Record(outcome), why);

    [Test]
    public void Nonsense_is_refused() => Refused(Check(), "{}"u8.ToArray(), "not a signed DSSE envelope");

    private static RecordCheck Check() => new() { Artifacts = new Dictionary<string, string> { ["os.raw"] = Sample.ArtifactSha256 }, Now = Recording.Noon.AddHours(2), PolicySha256 = "digest of the policy" };

    private static byte[] Record(Outcome second) => Sample.Record(second);

    private static void Refused(RecordCheck check, byte[] record, string why) =>
        FluentActions.Invoking(() => check.Verify(record, Key)).Should().Throw<RecordException>().Which.Message.Should().Contain(why);
}
