using FluentAssertions;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Model;

public sealed class ProvisioningTests
{
    private readonly ScenarioFolder folder = new();

    [OneTimeTearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void An_Ignition_config_keeps_its_types()
    {
        Ignition("{ ignition: { version: 3.3.0 }, a: [1, true, null, 1.5, '1', x] }").Should()
            .Be("""{"ignition":{"version":"3.3.0"},"a":[1,true,null,1.5,"1","x"]}""");
    }

    [TestCase("0644")]
    [TestCase("0o644")]
    [TestCase("420")]
    public void A_mode_with_a_leading_zero_is_octal(string mode) => Ignition($"{{ mode: {mode} }}").Should().Be("""{"mode":420}""");

    [Test]
    public void An_Ignition_config_can_be_JSON_text() => Ignition("'{\"a\": [1]}'").Should().Be("""{"a":[1]}""");

    [TestCase("config.ign", "{\"a\": [1]}")]
    [TestCase("deep/config.yaml", "a: [1]\n")]
    public void An_Ignition_config_can_be_a_file(string name, string content)
    {
        folder.Write(content, name);

        Ignition($"{{ file: {name} }}").Should().Be("""{"a":[1]}""");
    }

    [Test]
    public void A_mistake_in_a_file_is_told_with_its_place_in_that_file()
    {
        var path = folder.Write("{\n  \"a\": [1\n}\n", "broken.ign");
        folder.Problems(Machine("ignition: { file: broken.ign }")).Should().ContainSingle().Which.Should().StartWith(path + ":3:1: not YAML: ");
    }

    [Test]
    public void A_Butane_config_is_not_taken_for_an_Ignition_config()
    {
        folder.Write("variant: fcos\n", "config.bu");

        folder.Problems(Machine("ignition: { file: config.bu }")).Should().ContainMatch("*translate it with 'butane'*");
    }

    [Test]
    public void Seed_content_is_kept_as_text_or_as_a_mapping()
    {
        folder.Write("instance-id: x\n", "meta");
        var cloud = folder.Load(Machine("cloud-init: { user-data: { packages: [jq] }, meta-data: { file: meta }, network-config: 'version: 2' }"))
            .Expand().Single().Machines.Single().CloudInit!;

        cloud.UserData.Mapping!.ToJsonString().Should().Be("""{"packages":["jq"]}""");
        cloud.MetaData!.Text.Should().Be("instance-id: x\n");
        cloud.NetworkConfig!.Text.Should().Be("version: 2");
    }

    [Test]
    public void Credentials_may_stand_beside_an_Ignition_config()
    {
        var machine = folder.Load(Machine("ignition: {}, credentials: { a.b: 1 }")).Expand().Single().Machines.Single();

        machine.Credentials.Should().Equal(new Dictionary<string, string> { ["a.b"] = "1" });
    }

    private static string Machine(string keys) => ScenarioFolder.Minimal("  - run: a").Replace("{}", $"{{ {keys} }}", StringComparison.Ordinal);

    private string Ignition(string yaml) => folder.Load(Machine($"ignition: {yaml}")).Expand().Single().Machines.Single().Ignition!.Config.ToJsonString();
}
