using System.Text;
using System.Text.Json.Nodes;
using CliWrap;
using CliWrap.Buffered;
using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Host;
using Kola.Machines.Provisioning;

using NUnit.Framework;

namespace Kola.Tests.Machines.Provisioning;

[TestFixture]
public sealed class IgnitionTests
{
    private const string Ignition = "/usr/lib/dracut/modules.d/30ignition/ignition";
    private static readonly ProvisioningTarget Core = new() { User = "core", HostName = "node1" };
    private static readonly AccessKey Key = new() { PrivateKeyPath = "/none", PublicKeyLine = "ecdsa-sha2-nistp256 AAAA kola" };

    [TestCase("""[]""", "*expected a mapping, found a list*")]
    [TestCase("""{"storage":{}}""", "*ignition: is missing*version: 3.3.0*")]
    [TestCase("""{"variant":"fcos","version":"1.4.0"}""", "*Butane*butane --strict*")]
    [TestCase("""{"ignition":{}}""", "*ignition.version is missing*")]
    [TestCase("""{"ignition":{"version":3.3}}""", "*expected text*3.3*quotes*")]
    [TestCase("""{"ignition":{"version":"3.3"}}""", "*three numbers*did you mean \"3.3.0\"*")]
    [TestCase("""{"ignition":{"version":"2.2.0"}}""", "*expected 3.x*2.2.0*")]
    [TestCase("""{"ignition":{"version":"3.99.0"}}""", "*3.99.0*")]
    [TestCase("""{"ignition":{"version":"3.3.1"}}""", "*did you mean \"3.3.0\"*")]
    public async Task A_config_that_is_no_ignition_config_is_refused(string json, string message)
    {
        var prepare = () => PrepareAsync(JsonNode.Parse(json)!);

        await prepare.Should().ThrowAsync<InputException>().WithMessage(message);
    }

    [Test]
    public async Task A_config_the_validator_refuses_is_refused_with_its_report()
    {
        RequireTool("ignition-validate");
        var prepare = () => PrepareAsync(JsonNode.Parse("""{"ignition":{"version":"3.3.0"},"storage":{"files":[{"path":"relative"}]}}""")!);

        await prepare.Should().ThrowAsync<InputException>().WithMessage("*path not absolute*validate: false*");
    }

    [Test]
    public async Task Files_of_Kolas_stand_beside_the_users()
    {
        var config = new ProvisioningConfig.Ignition(null) { Files = [new("/etc/hostname", "node1\n"), new("/etc/hosts", "10.20.0.11 node1\n", Append: true)] };

        var prepared = await new Provisioner().PrepareAsync(config, Key, Core, CancellationToken.None);

        var files = JsonNode.Parse(((QemuAttachment.FwCfg)prepared.Attachments[0]).Content)!["storage"]!["files"]!;
        files[0]!.ToJsonString().Should().Be("""{"path":"/etc/hostname","overwrite":true,"mode":420,"contents":{"source":"data:;base64,bm9kZTEK"}}""");
        files[1]!.ToJsonString().Should().StartWith("""{"path":"/etc/hosts","append":[{"source":"data:;base64,""");
    }

    [Test]
    public async Task What_the_validator_warns_of_is_noted()
    {
        RequireTool("ignition-validate");

        var prepared = await PrepareAsync(JsonNode.Parse("""{"ignition":{"version":"3.3.0"},"sotrage":{}}""")!);

        prepared.Notes.Should().ContainMatch("*Unused key sotrage*");
    }

    [Test]
    public async Task Without_the_validator_the_version_alone_is_checked_and_a_note_says_so()
    {
        var prepared = await new Provisioner("no-such-validator", "no-such-cloud-init")
            .PrepareAsync(new ProvisioningConfig.Ignition(JsonNode.Parse("""{"ignition":{"version":"3.3.0"}}""")), Key, Core, CancellationToken.None);

        prepared.Notes.Should().ContainSingle().Which.Should().Contain("no-such-validator is not installed");
    }

    [Test]
    public async Task The_guests_ignition_merges_the_key_and_keeps_what_the_user_wrote()
    {
        var (exitCode, _, merged) = await FetchAsync("""
            {"ignition":{"version":"3.3.0"},"passwd":{"users":[{"name":"core","uid":1234,"sshAuthorizedKeys":["USER"]}]},
             "storage":{"files":[{"path":"/x","mode":420,"contents":{"source":"data:,%C3%BC"}}]}}
            """, validate: true);

        exitCode.Should().Be(0);
        var core = merged!["passwd"]!["users"]!.AsArray().Should().ContainSingle().Subject!;
        core["uid"]!.GetValue<int>().Should().Be(1234);
        core["sshAuthorizedKeys"]!.AsArray().Select(k => k!.GetValue<string>()).Should().BeEquivalentTo(Key.PublicKeyLine, "USER");
        merged["storage"]!["files"]![0]!["contents"]!["source"]!.GetValue<string>().Should().Be("data:,%C3%BC");
    }

    [Test]
    public async Task A_config_that_replaces_itself_still_lets_kola_in()
    {
        var (exitCode, _, merged) = await FetchAsync(
            """{"ignition":{"version":"3.3.0","config":{"replace":{"source":"data:,%7B%22ignition%22%3A%7B%22version%22%3A%223.1.0%22%7D%7D"}}}}""", validate: true);

        exitCode.Should().Be(0);
        merged!.ToJsonString().Should().Contain(Key.PublicKeyLine);
    }

    [TestCase("""{"ignition":{"version":"3.3.0"},"storage":{"files":[{"path":"relative"}]}}""", "path not absolute")]
    [TestCase("""{"ignition":{"version":"9.9.9"}}""", "unsupported config version")]
    public async Task A_bad_config_that_is_not_to_be_validated_fails_in_the_guest_with_ignitions_own_words(string json, string words)
    {
        var (exitCode, log, _) = await FetchAsync(json, validate: false);

        exitCode.Should().NotBe(0);
        log.Should().Contain(words);
    }

    [Test]
    public async Task A_machine_without_a_config_still_gets_the_key()
    {
        var prepared = await PrepareAsync(null);

        var blob = prepared.Attachments.Should().ContainSingle().Which.Should().BeOfType<QemuAttachment.FwCfg>().Subject;
        blob.Name.Should().Be("opt/com.coreos/config");
        Encoding.UTF8.GetString(blob.Content).Should().Be(
            """{"ignition":{"version":"3.0.0"},"passwd":{"users":[{"name":"core","sshAuthorizedKeys":["ecdsa-sha2-nistp256 AAAA kola"]}]}}""");
    }

    private static Task<PreparedProvisioning> PrepareAsync(JsonNode? config, bool validate = true) =>
        new Provisioner().PrepareAsync(new ProvisioningConfig.Ignition(config) { Validate = validate }, Key, Core, CancellationToken.None);

    /// <summary>Lets the real Ignition read what Kola hands over, as its first stage in the guest does.</summary>
    private static async Task<(int ExitCode, string Log, JsonNode? Merged)> FetchAsync(string json, bool validate)
    {
        RequireTool(Ignition);
        var prepared = await PrepareAsync(JsonNode.Parse(json), validate);
        using var folder = new TemporaryFolder();
        var config = Path.Combine(folder.Path, "config.ign");
        var merged = Path.Combine(folder.Path, "merged.json");
        await File.WriteAllBytesAsync(config, ((QemuAttachment.FwCfg)prepared.Attachments[0]).Content);
        var result = await Cli.Wrap(Ignition)
            .WithEnvironmentVariables(e => e.Set("IGNITION_CONFIG_FILE", config))
            .WithArguments(["-platform", "file", "-stage", "fetch-offline", "-log-to-stdout", "-root", folder.Path, "-config-cache", merged,
                "-state-file", Path.Combine(folder.Path, "state"), "-neednet", Path.Combine(folder.Path, "neednet")])
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync();
        return (result.ExitCode, result.StandardOutput + result.StandardError, File.Exists(merged) ? JsonNode.Parse(await File.ReadAllTextAsync(merged)) : null);
    }

    private static void RequireTool(string tool)
    {
        if (Executables.Find(tool) is null)
            Assert.Inconclusive($"{tool} is not installed (Debian package ignition)");
    }
}
