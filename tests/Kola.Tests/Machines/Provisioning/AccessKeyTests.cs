using CliWrap;
using CliWrap.Buffered;
using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Provisioning;

using NUnit.Framework;

namespace Kola.Tests.Machines.Provisioning;

[TestFixture]
public sealed class AccessKeyTests
{
    [Test]
    public async Task Openssh_derives_the_same_public_key()
    {
        using var folder = new TemporaryFolder();

        var key = await AccessKey.CreateAsync(folder.Path, CancellationToken.None);

        (await PublicPartAsync(key.PrivateKeyPath)).Should().Be(WithoutComment(key.PublicKeyLine));
        File.GetUnixFileMode(key.PrivateKeyPath).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        AccessKey.Load(key.PrivateKeyPath).PublicKeyLine.Should().StartWith(WithoutComment(key.PublicKeyLine));
    }

    [TestCase("ed25519")]
    [TestCase("rsa")]
    [TestCase("ecdsa")]
    public async Task A_key_made_by_openssh_is_taken(string type)
    {
        using var folder = new TemporaryFolder();
        var path = await MakeAsync(folder, type, "");

        WithoutComment(AccessKey.Load(path).PublicKeyLine).Should().Be(await PublicPartAsync(path));
    }

    [Test]
    public async Task An_encrypted_key_is_refused()
    {
        using var folder = new TemporaryFolder();
        var path = await MakeAsync(folder, "ed25519", "secret");

        FluentActions.Invoking(() => AccessKey.Load(path)).Should().Throw<InputException>().WithMessage("*encrypted*passphrase*");
    }

    [Test]
    public async Task A_public_key_in_place_of_the_private_one_is_refused()
    {
        using var folder = new TemporaryFolder();
        var path = await MakeAsync(folder, "ed25519", "");

        FluentActions.Invoking(() => AccessKey.Load(path + ".pub")).Should().Throw<InputException>().WithMessage("*not a private key*");
    }

    [Test]
    public void A_missing_key_is_refused() =>
        FluentActions.Invoking(() => AccessKey.Load("/no/such/key")).Should().Throw<InputException>().WithMessage("SSH key /no/such/key: no such file*");

    [Test]
    public void A_directory_in_place_of_a_key_is_refused() =>
        FluentActions.Invoking(() => AccessKey.Load("/tmp")).Should().Throw<InputException>().WithMessage("SSH key /tmp: cannot be read*");

    private static async Task<string> MakeAsync(TemporaryFolder folder, string type, string passphrase)
    {
        var path = Path.Combine(folder.Path, "key");
        await Cli.Wrap("ssh-keygen").WithArguments(["-q", "-t", type, "-N", passphrase, "-f", path]).ExecuteAsync();
        return path;
    }

    private static async Task<string> PublicPartAsync(string path) =>
        WithoutComment((await Cli.Wrap("ssh-keygen").WithArguments(["-y", "-f", path]).ExecuteBufferedAsync()).StandardOutput.Trim());

    private static string WithoutComment(string line) => string.Join(' ', line.Split(' ')[..2]);
}
