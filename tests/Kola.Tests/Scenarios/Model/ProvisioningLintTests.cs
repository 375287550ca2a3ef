using System.IO.Compression;
using System.Text;
using FluentAssertions;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Model;

/// <summary>What is wrong with Ignition configs and user-data is told without a boot, with its place.</summary>
public sealed class ProvisioningLintTests
{
    private readonly ScenarioFolder folder = new();

    [OneTimeTearDown]
    public void RemoveFolder() => folder.Dispose();

    [TestCase("{ ignition: { version: 2.2.0 } }", "5:44: ignition.version: expected 3.x, found \"2.2.0\"*")]
    [TestCase("{ ignition: { version: 3.99.0 } }", "5:44: ignition.version: expected 3.0.0 to 3.6.0*")]
    [TestCase("'{\"ignition\": {\"version\": \"3.3\"}}'", "5:21: ignition.version: expected three numbers*did you mean \"3.3.0\"?")]
    [TestCase("{ storage: { files: [{ path: etc/motd }] } }", "*: storage.files: path 'etc/motd' is relative*such as /etc/motd")]
    [TestCase("{ storage: { links: [{ path: a, target: ../b }] } }", "*: storage.links: path 'a' is relative*")]
    [TestCase("{ storage: { filesystems: [{ device: dev/vdb, path: /var }] } }", "*: storage.filesystems: device 'dev/vdb' is relative*")]
    public void Ignition_of_an_unknown_version_or_with_a_relative_path_is_refused_at_its_place(string config, string told) =>
        Problems($"ignition: {config}").Should().ContainSingle().Which.Should().Match(told);

    [Test]
    public void A_mistake_in_an_Ignition_file_is_told_with_its_place_in_that_file()
    {
        var file = folder.Write("""
            {
              "ignition": {"version": "3.3.0"},
              "storage": {"files": [{"path": "relative"}]}
            }
            """, "relative.ign");

        Problems("ignition: { file: relative.ign }").Should().ContainSingle().Which.Should().StartWith($"{file}:3:34: storage.files: path 'relative'");
    }

    [Test]
    public void An_Ignition_file_of_more_than_a_mebibyte_is_taken()
    {
        var content = new string('A', 3 << 19);
        folder.Write("""{"ignition": {"version": "3.3.0"}, "storage": {"files": [{"path": "/a", "contents": {"source": "data:;base64,CONTENT"}}]}}""".Replace("CONTENT", content, StringComparison.Ordinal), "large.ign");

        Problems("ignition: { file: large.ign }").Should().BeEmpty();
        Machine("ignition: { file: large.ign }").Ignition!.Config["storage"]!["files"]![0]!["contents"]!["source"]!.GetValue<string>().Should().EndWith(content);
    }

    [TestCase("package_update: no", "*'no' is text here*truth value; write true or false*")]
    [TestCase("ssh: { emit_keys_to_console: Off }", "*'Off' is text here*")]
    [TestCase("list: [yes]", "*'yes' is text here*")]
    [TestCase("at: 12:30", "*'12:30' is text here*number*")]
    public void Words_that_cloud_init_reads_otherwise_are_refused(string entry, string told) =>
        Problems($"cloud-init: {{ user-data: {{ {entry} }} }}").Should().ContainSingle().Which.Should().Match(told);

    [TestCase("package_update: 'no'")]
    [TestCase("package_update: false")]
    [TestCase("hostname: node, note: nothing on")]
    public void Other_words_are_not(string entry) => Problems($"cloud-init: {{ user-data: {{ {entry} }} }}").Should().BeEmpty();

    [TestCase("'packages: [jq]'", "5:36: user-data begins with 'packages: ?jq?'; cloud-init ignores*")]
    [TestCase("{ file: bare }", "*bare:1:1: user-data begins with 'packages: ?jq?'*")]
    public void User_data_without_a_header_is_refused(string content, string told)
    {
        folder.Write("packages: [jq]\n", "bare");

        Problems($"cloud-init: {{ user-data: {content} }}").Should().ContainSingle().Which.Should().Match(told);
    }

    [TestCase("Content-Type: multipart/mixed; boundary=x\nMIME-Version: 1.0\n\n--x--\n")]
    [TestCase("#!/bin/sh\ntrue\n")]
    [TestCase("#cloud-config\npackages: [jq]\n")]
    public void User_data_of_every_kind_is_taken_packed_or_not(string text)
    {
        folder.Write(text, "plain");
        var packed = Pack(text);
        File.WriteAllBytes(Path.Combine(folder.Root, "packed.gz"), packed);

        Problems("cloud-init: { user-data: { file: plain } }").Should().BeEmpty();
        var user = Machine("cloud-init: { user-data: { file: packed.gz } }").CloudInit!.UserData;
        user.Text.Should().Be(text);
        user.Packed!.Value.ToArray().Should().Equal(packed, "it reaches the guest as it is");
    }

    [Test]
    public void What_only_begins_as_gzip_does_is_refused()
    {
        File.WriteAllBytes(Path.Combine(folder.Root, "broken.gz"), [0x1f, 0x8b, 8, 0, 1, 2, 3]);

        Problems("cloud-init: { user-data: { file: broken.gz } }").Should().ContainSingle().Which.Should().Match("*cannot be unpacked*");
    }

    [TestCase("{ users: [{ name: me }] }")]
    [TestCase("\"#cloud-config\\nusers:\\n- name: me\\n\"")]
    public void User_data_that_locks_Kola_out_is_refused_unless_nobody_logs_in(string content)
    {
        Problems($"cloud-init: {{ user-data: {content} }}").Should().ContainSingle().Which.Should().Match("*'users' leaves out the image's default user*'- default'*");
        Problems($"cloud-init: {{ user-data: {content} }}, ready: false").Should().BeEmpty();
    }

    [TestCase("{ users: [default, { name: me }] }")]
    [TestCase("{ packages: [jq] }")]
    public void User_data_that_keeps_the_default_user_is_taken(string content) => Problems($"cloud-init: {{ user-data: {content} }}").Should().BeEmpty();

    private static byte[] Pack(string text)
    {
        using var packed = new MemoryStream();
        using (var packing = new GZipStream(packed, CompressionLevel.Fastest))
            packing.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    private static string Yaml(string keys) => ScenarioFolder.Minimal("  - run: a").Replace("{}", $"{{ {keys} }}", StringComparison.Ordinal);

    private IReadOnlyList<string> Problems(string keys) => [.. folder.Problems(Yaml(keys))];

    private Kola.Scenarios.Model.MachineDefinition Machine(string keys) => folder.Load(Yaml(keys)).Expand().Single().Machines.Single();
}
