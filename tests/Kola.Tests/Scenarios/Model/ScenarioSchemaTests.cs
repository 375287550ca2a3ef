using System.Text.Json.Nodes;
using FluentAssertions;
using Kola.Scenarios.Model;
using Kola.Tests.Yaml;
using NJsonSchema;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Model;

public sealed class ScenarioSchemaTests
{
    private readonly ScenarioFolder folder = new();
    private JsonSchema schema = null!;

    [OneTimeSetUp]
    public async Task ReadSchema() => schema = await JsonSchema.FromJsonAsync(ScenarioSchema.Text());

    [OneTimeTearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void The_checked_in_schema_is_current()
    {
        var current = File.ReadAllText(Path.Combine(ShippedScenarios.Folder, ScenarioSchema.FileName)) == ScenarioSchema.Text();

        current.Should().BeTrue("the schema is derived from the model, which has changed; run: ci/kola schema > scenarios/{0}", ScenarioSchema.FileName);
    }

    [TestCaseSource(typeof(ShippedScenarios), nameof(ShippedScenarios.Files))]
    public void Every_shipped_scenario_satisfies_the_schema(string file)
    {
        Errors(File.ReadAllText(Path.Combine(ShippedScenarios.Folder, file))).Should().BeEmpty();
    }

    [Test]
    public void Everything_that_can_be_written_satisfies_the_schema() => Errors(ScenarioFolder.Valid).Should().BeEmpty();

    [TestCase("run: systemctl is-active sshd", "rum: x")]
    [TestCase("run: systemctl is-active sshd", "run: [x]")]
    [TestCase("exit: 0", "exit: -1")]
    [TestCase("stdout: active", "stdout: { equal: active }")]
    [TestCase("timeout: 20s", "timeout: 20")]
    [TestCase("timeout: 20s", "timeout: soon")]
    [TestCase("mode: \"0644\" }\n    on", "mode: \"644\" }\n    on")]
    [TestCase("content: hello,", "content: hello, from: x,")]
    [TestCase("content: hello, ", "")]
    [TestCase("reboot: soft", "reboot: sotf")]
    [TestCase("unit: x.service, state: active", "unit: x.service, state: on")]
    [TestCase("unit: x.service, state: active", "unit: x.service, port: 80")]
    [TestCase("port: 80", "port: 70000")]
    [TestCase("port: 80", "port: http")]
    [TestCase("boots: 2", "boots: two")]
    [TestCase("/x: absent", "x: absent")]
    [TestCase("/x: absent", "/x: gone")]
    [TestCase("units: { ssh.service: active }", "units: {}")]
    [TestCase("cpus: 2", "cpus: 0")]
    [TestCase("cpus: 2", "cpus: 2.5")]
    [TestCase("cpus: 2", "cpu: 2")]
    [TestCase("memory: 1GiB", "memory: 1G")]
    [TestCase("tpm: ${tpm}", "tpm: maybe")]
    [TestCase("firmware: uefi-secure-boot", "firmware: efi")]
    [TestCase("disk: { bus: nvme", "disk: { bus: ide")]
    [TestCase("disks: { data:", "disks: { Data:")]
    [TestCase("ready: false", "ready: maybe")]
    [TestCase("ready: false", "ready: {}")]
    [TestCase("ready: false", "ignition: {}\n    cloud-init: { user-data: x }")]
    [TestCase("[kernel-panic]", "[panic]")]
    [TestCase("scenario: test.valid", "scenario: Test")]
    [TestCase("scenario: test.valid\n", "")]
    [TestCase("tpm: [false, true]", "tpm: []")]
    [TestCase("tags: [boot, ci]", "tags: [Boot]")]
    [TestCase("outputs: different", "outputs: unlike")]
    public void An_invalid_document_is_refused_by_the_schema_and_by_the_loader(string right, string wrong)
    {
        ScenarioFolder.Valid.Should().Contain(right);
        var text = ScenarioFolder.Valid.Replace(right, wrong, StringComparison.Ordinal);

        Errors(text).Should().NotBeEmpty();
        folder.Problems(text).Should().NotBeEmpty();
    }

    [Test]
    public void Every_key_is_described()
    {
        var root = JsonNode.Parse(ScenarioSchema.Text())!.AsObject();
        var keys = Objects(root).Select(node => node["properties"]).OfType<JsonObject>().SelectMany(properties => properties);

        keys.Where(key => key.Value!["description"] is null).Select(key => key.Key).Should().BeEmpty();
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject all => all.SelectMany(pair => Objects(pair.Value)).Prepend(all),
        JsonArray items => items.SelectMany(Objects),
        _ => [],
    };

    private IEnumerable<string> Errors(string yaml) =>
        schema.Validate(YamlDocuments.ToJson(yaml).ToJsonString()).Select(error => $"{error.Path}: {error.Kind}");
}
