using System.Text;
using System.Text.Json.Nodes;
using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Host;
using Kola.Machines.Provisioning;
using NUnit.Framework;

namespace Kola.Tests.Machines.Provisioning;

[TestFixture]
public sealed class CloudInitTests
{
    private static readonly ProvisioningTarget Target = new() { User = "debian", HostName = "node1" };
    private static readonly AccessKey Key = new() { PrivateKeyPath = "/none", PublicKeyLine = "ecdsa-sha2-nistp256 AAAA kola" };

    [Test]
    public async Task User_data_reaches_the_guest_byte_for_byte()
    {
        const string userData = "#cloud-config\r\n# a comment, ünd more\nssh_authorized_keys: [ mine ]\n\n";

        var seed = await SeedAsync(new(userData, NetworkConfig: "version: 2\n"));

        seed.VolumeLabel.Should().Be("cidata");
        Encoding.UTF8.GetString(seed.Files["user-data"]).Should().Be(userData);
        Encoding.UTF8.GetString(seed.Files["network-config"]).Should().Be("version: 2\n");
    }

    [Test]
    public async Task The_key_and_the_host_name_travel_in_meta_data()
    {
        var meta = await MetaDataAsync(null);

        meta["local-hostname"]!.GetValue<string>().Should().Be("node1");
        meta["instance-id"]!.GetValue<string>().Should().Be("node1");
        meta["public-keys"]!.ToJsonString().Should().Be("""["ecdsa-sha2-nistp256 AAAA kola"]""");
    }

    [TestCase("public-keys: [mine]", """["mine","ecdsa-sha2-nistp256 AAAA kola"]""")]
    [TestCase("public-keys: mine", """["mine","ecdsa-sha2-nistp256 AAAA kola"]""")]
    [TestCase("public-keys: { me: mine }", """{"me":"mine","kola":"ecdsa-sha2-nistp256 AAAA kola"}""")]
    public async Task Keys_of_the_users_meta_data_stay(string metaData, string keys)
    {
        var meta = await MetaDataAsync(metaData);

        meta["public-keys"]!.ToJsonString().Should().Be(keys);
    }

    [Test]
    public async Task The_users_own_instance_id_and_host_name_stay()
    {
        var meta = await MetaDataAsync("instance-id: 0017\nlocal-hostname: mine\ndsmode: local\n");

        meta.ToJsonString().Should().StartWith("""{"instance-id":"0017","local-hostname":"mine","dsmode":"local",""");
    }

    [TestCase("packages: [jq]\n", "user-data:1:1: expected #cloud-config*packages: *jq*")]
    [TestCase("#cloud-config\npackages: [jq\nusers: x\n", "user-data:*not YAML*")]
    [TestCase("#cloud-config\n- a\n", "user-data:2:1: expected a mapping*found a list*")]
    public async Task User_data_that_cloud_init_would_not_take_is_refused(string userData, string message)
    {
        var prepare = () => SeedAsync(new(userData));

        await prepare.Should().ThrowAsync<InputException>().WithMessage(message);
    }

    [TestCase("#cloud-config\n")]
    [TestCase("#cloud-config\n# nothing yet\n")]
    [TestCase("#!/bin/sh\nexit 1\n")]
    [TestCase("Content-Type: multipart/mixed; boundary=x\n")]
    public async Task Other_kinds_of_user_data_are_taken(string userData) =>
        (await SeedAsync(new(userData))).Files["user-data"].Should().NotBeEmpty();

    [Test]
    public async Task Bad_user_data_reaches_the_guest_when_the_scenario_wants_it()
    {
        var seed = await SeedAsync(new("no: header\n") { Validate = false });

        Encoding.UTF8.GetString(seed.Files["user-data"]).Should().Be("no: header\n");
    }

    [Test]
    public async Task A_mapping_becomes_a_cloud_config()
    {
        var userData = ProvisioningConfig.CloudInit.CloudConfig(JsonNode.Parse("""{"hostname":"ü"}""")!);

        userData.Should().Be("#cloud-config\n{\"hostname\":\"ü\"}\n");
        await SeedAsync(new(userData));
    }

    [Test, Category("cloud-init")]
    public async Task A_cloud_config_the_schema_refuses_is_refused_with_its_report()
    {
        if (Executables.Find("cloud-init") is null)
            Assert.Ignore("cloud-init is not installed");
        var prepare = () => new Provisioner().PrepareAsync(new ProvisioningConfig.CloudInit("#cloud-config\nusers: 3\n"), Key, Target, CancellationToken.None);

        await prepare.Should().ThrowAsync<InputException>().WithMessage("*users*is not of type*");
    }

    [Test]
    public async Task A_tool_that_cannot_be_started_is_not_taken_for_one_that_is_not_installed()
    {
        using var folder = new TemporaryFolder();
        var tool = folder.Write("cloud-init", "no program");

        var prepare = () => new Provisioner("no-such-validator", tool).PrepareAsync(new ProvisioningConfig.CloudInit("#cloud-config\n"), Key, Target, CancellationToken.None);

        await prepare.Should().ThrowAsync<HostException>().WithMessage($"cannot start {tool}, which checks the config: *; mend that, or set validate: false*");
    }

    private static async Task<QemuAttachment.SeedDisk> SeedAsync(ProvisioningConfig.CloudInit config)
    {
        var prepared = await new Provisioner("no-such-validator", "no-such-cloud-init").PrepareAsync(config, Key, Target, CancellationToken.None);
        return prepared.Attachments.Should().ContainSingle().Which.Should().BeOfType<QemuAttachment.SeedDisk>().Subject;
    }

    private static async Task<JsonNode> MetaDataAsync(string? metaData) =>
        JsonNode.Parse((await SeedAsync(new(null, metaData))).Files["meta-data"])!;
}
