using System.Security.Cryptography;
using CliWrap;
using FluentAssertions;
using Kola.Machines;
using NUnit.Framework;

namespace Kola.Tests.Machines.Images;

/// <summary>What a downloaded image must match: a published checksum file, a signature.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PublishedDigestTests : IAsyncDisposable
{
    private DownloadableImage site = null!;

    [SetUp]
    public async Task StartAsync() => site = await DownloadableImage.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (site is not null)
            await site.DisposeAsync();
    }

    [TestCase("{0}  a.img\n", 64)]
    [TestCase("# MD5 HASH\nd41d8cd98f00b204e9800998ecf8427e  a.img\n# SHA512 HASH\n{0} *a.img\n", 128)]
    [TestCase("SHA256 (b.img) = 00\nSHA256 (a.img) = {0}\n", 64)]
    public async Task A_digest_can_come_from_a_published_checksum_file_which_is_asked_for_once(string text, int length)
    {
        var digest = length == 64 ? ReleaseFolder.Sha256(site.Disk) : Convert.ToHexStringLower(SHA512.HashData(site.Disk));
        site.Server.Files["SUMS"] = System.Text.Encoding.UTF8.GetBytes(text.Replace("{0}", digest, StringComparison.Ordinal));

        await site.ResolveAsync(site.Entry(digest: $"checksums: {site.Server.Address}SUMS"));
        await site.ResolveAsync(site.Entry(digest: $"checksums: {site.Server.Address}SUMS"));

        site.Server.Requests.Should().HaveCount(2);
    }

    [Test]
    public async Task A_checksum_file_without_the_image_is_refused()
    {
        site.Server.Files["SUMS"] = "00  other.img\n"u8.ToArray();

        await FluentActions.Awaiting(() => site.ResolveAsync(site.Entry(digest: $"checksums: {site.Server.Address}SUMS"))).Should().ThrowAsync<HostException>()
            .WithMessage("*SUMS has no sha256 or sha512 of 'a.img'*");
    }

    [TestCase("image")]
    [TestCase("checksums")]
    public async Task A_signature_is_checked_against_the_given_key_alone(string of)
    {
        site.Server.Files["SUMS"] = System.Text.Encoding.UTF8.GetBytes($"{ReleaseFolder.Sha256(site.Disk)}  a.img\n");
        var signed = site.Folder.Write("signed", of == "image" ? site.Disk : site.Server.Files["SUMS"]);
        await SignAsync("right", signed);
        await SignAsync("wrong", signed);
        site.Server.Files["a.sig"] = await File.ReadAllBytesAsync(site.Folder["right.sig"]);
        string Signed(string key) => $"checksums: {site.Server.Address}SUMS\n    signature: {{url: {site.Server.Address}a.sig, key: {site.Folder[key + ".asc"]}, of: {of}}}";

        await FluentActions.Awaiting(() => site.ResolveAsync(site.Entry(digest: Signed("wrong")))).Should().ThrowAsync<HostException>().WithMessage("the signature of*does not hold with the key*");
        await FluentActions.Awaiting(() => site.ResolveAsync(site.Entry(digest: Signed("absent")))).Should().ThrowAsync<HostException>().WithMessage("the public key*does not exist*");
        await site.ResolveAsync(site.Entry(digest: Signed("right")));
    }

    private async Task SignAsync(string name, string file)
    {
        var home = Directory.CreateDirectory(site.Folder["gpg-" + name]).FullName;
        Task GpgAsync(params string[] arguments) => Cli.Wrap("gpg").WithArguments([.. new[] { "--homedir", home, "--batch", "--quiet", "--passphrase", "" }, .. arguments]).ExecuteAsync();
        await GpgAsync("--quick-generate-key", name, "ed25519", "sign", "never");
        await GpgAsync("--armor", "--export", "--output", site.Folder[name + ".asc"]);
        await GpgAsync("--detach-sign", "--output", site.Folder[name + ".sig"], file);
        await Cli.Wrap("gpgconf").WithArguments(["--homedir", home, "--kill", "all"]).ExecuteAsync();
    }
}
