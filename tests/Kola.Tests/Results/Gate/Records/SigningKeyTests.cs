using FluentAssertions;
using Kola.Results.Gate.Records;
using NUnit.Framework;

namespace Kola.Tests.Results.Gate.Records;

public sealed class SigningKeyTests
{
    [TestCase(null)]
    [TestCase("a password")]
    public void A_pair_that_was_made_is_read_back(string? password)
    {
        var (secret, shared) = SigningKey.Create(password);

        using var key = SigningKey.ReadPrivate(secret, "the.key", password);
        using var other = SigningKey.ReadPublic(shared, "the.pub");

        SigningKey.IdOf(key).Should().Be(SigningKey.IdOf(other)).And.HaveLength(64);
        secret.Contains("ENCRYPTED", StringComparison.Ordinal).Should().Be(password is not null);
    }

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("\\n")]
    [TestCase("\r\n")]
    public void A_key_whose_line_breaks_a_secret_store_has_changed_is_read(string instead)
    {
        foreach (var password in (string?[])[null, "a password"])
        {
            var (secret, shared) = SigningKey.Create(password);

            using var key = SigningKey.ReadPrivate(secret.Replace("\n", instead, StringComparison.Ordinal), "$KOLA_KEY", password);
            using var other = SigningKey.ReadPublic(shared.Replace("\n", instead, StringComparison.Ordinal), "the.pub");

            SigningKey.IdOf(key).Should().Be(SigningKey.IdOf(other));
        }
    }

    [Test]
    public void An_encrypted_key_without_its_password_is_told_with_the_remedy() =>
        FluentActions.Invoking(() => SigningKey.ReadPrivate(SigningKey.Create("right").Private, "the.key", null))
            .Should().Throw<RecordException>().WithMessage("the.key is encrypted; set KOLA_KEY_PASSWORD*");

    [Test]
    public void A_wrong_password_is_told() =>
        FluentActions.Invoking(() => SigningKey.ReadPrivate(SigningKey.Create("right").Private, "the.key", "wrong"))
            .Should().Throw<RecordException>().WithMessage("*the password (KOLA_KEY_PASSWORD) is wrong");

    [TestCase("")]
    [TestCase("not PEM")]
    [TestCase("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")]
    public void What_is_no_key_is_refused(string text)
    {
        FluentActions.Invoking(() => SigningKey.ReadPrivate(text, "the.key", null)).Should().Throw<RecordException>().WithMessage("the.key *");
        FluentActions.Invoking(() => SigningKey.ReadPublic(text, "the.pub")).Should().Throw<RecordException>().WithMessage("the.pub *");
    }

    [Test]
    public void A_key_on_another_curve_is_refused()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP521);

        FluentActions.Invoking(() => SigningKey.ReadPrivate(key.ExportPkcs8PrivateKeyPem(), "the.key", null)).Should().Throw<RecordException>().WithMessage("*P-256*");
    }

    [Test]
    public void A_short_key_of_RSA_is_refused_with_what_is_expected()
    {
        using var key = System.Security.Cryptography.RSA.Create(2048);

        foreach (var read in (Action[])[() => SigningKey.ReadPrivate(key.ExportRSAPrivateKeyPem(), "the.key", null), () => SigningKey.ReadPublic(key.ExportSubjectPublicKeyInfoPem(), "the.key")])
            read.Should().Throw<RecordException>().WithMessage("the.key is an RSA key of 2048 bits; expected 3072 or more: *");
    }

    [TestCase("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----")]
    [TestCase("-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----")]
    public void A_key_that_is_encrypted_in_another_way_is_refused_with_the_remedy(string pem) =>
        FluentActions.Invoking(() => SigningKey.ReadPrivate(pem, "the.key", "password")).Should().Throw<RecordException>().WithMessage("*write it as PKCS #8: openssl pkcs8 -topk8*");

    /// <summary>As openssl writes them: PKCS #8, encrypted PKCS #8, SEC 1, PKCS #1.</summary>
    [TestCaseSource(typeof(OpensslKey), nameof(OpensslKey.Kinds))]
    public async Task A_key_that_openssl_made_signs_and_its_public_half_verifies(string kind)
    {
        OpensslKey.Need();
        var (secret, open, password) = await OpensslKey.MakeAsync(kind, TestContext.CurrentContext.CancellationToken);

        using var key = SigningKey.ReadPrivate(secret, "the.key", password);
        using var other = SigningKey.ReadPublic(open, "the.pub");
        var signature = key.Sign("what is signed"u8.ToArray());

        SigningKey.IdOf(key).Should().Be(SigningKey.IdOf(other));
        other.Verifies("what is signed"u8.ToArray(), signature).Should().BeTrue();
        other.Verifies("what was altered"u8.ToArray(), signature).Should().BeFalse();
        other.Verifies("what is signed"u8.ToArray(), [1, 2, 3]).Should().BeFalse();
        key.PublicPem.ReplaceLineEndings("").Should().Be(open.ReplaceLineEndings(""));
    }
}
