using System.Text;
using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Provisioning;
using NUnit.Framework;

namespace Kola.Tests.Machines.Provisioning;

[TestFixture]
public sealed class SystemdCredentialsTests
{
    private static readonly AccessKey Key = new() { PrivateKeyPath = "/none", PublicKeyLine = "ecdsa-sha2-nistp256 AAAA kola" };

    [Test]
    public async Task A_value_travels_as_base64_with_the_key_beside_it()
    {
        var strings = await StringsAsync(new() { ["system.hostname"] = "node,1=ü" });

        strings.Should().BeEquivalentTo(
            $"io.systemd.credential.binary:ssh.authorized_keys.root={Base64("ecdsa-sha2-nistp256 AAAA kola\n")}",
            $"io.systemd.credential.binary:system.hostname={Base64("node,1=ü")}");
    }

    [Test]
    public async Task The_key_is_appended_to_the_users_own_keys()
    {
        var strings = await StringsAsync(new() { ["ssh.authorized_keys.root"] = "mine" });

        strings.Should().ContainSingle().Which.Should().EndWith("=" + Base64("mine\necdsa-sha2-nistp256 AAAA kola\n"));
    }

    [TestCase("")]
    [TestCase("..")]
    [TestCase("a/b")]
    [TestCase("a:b")]
    [TestCase("a=b")]
    [TestCase("ü")]
    public async Task A_name_systemd_would_not_take_is_refused(string name)
    {
        var prepare = () => StringsAsync(new() { [name] = "x" });

        await prepare.Should().ThrowAsync<InputException>().WithMessage("credentials: *not a credential name*");
    }

    [Test]
    public async Task More_than_smbios_holds_is_refused()
    {
        var prepare = () => StringsAsync(new() { ["big"] = new string('x', SystemdCredentials.TotalLimit) });

        await prepare.Should().ThrowAsync<InputException>().WithMessage("credentials: * fit into SMBIOS*");
    }

    [Test]
    public async Task A_login_user_other_than_root_is_refused()
    {
        var prepare = () => StringsAsync([], user: "core");

        await prepare.Should().ThrowAsync<InputException>().WithMessage("*root*\"core\"*");
    }

    private static async Task<IReadOnlyList<string>> StringsAsync(Dictionary<string, string> values, string user = "root")
    {
        var prepared = await new Provisioner().PrepareAsync(
            new ProvisioningConfig.Credentials(values), Key, new() { User = user, HostName = "node1" }, CancellationToken.None);
        return [.. prepared.Attachments.Cast<QemuAttachment.SmbiosOemString>().Select(s => s.Value)];
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
