using FluentAssertions;
using NUnit.Framework;

namespace Kola.Tests.CommandLine;

/// <summary>An OS project of its own, with Kola installed elsewhere: where it is found, and what it takes of Kola's library.</summary>
[Parallelizable]
internal sealed class ProjectTests
{
    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [TestCase("")]
    [TestCase("scenarios")]
    [TestCase("src/deep/er")]
    public async Task The_project_is_found_from_the_current_folder_upwards(string where)
    {
        using var kola = Installed();

        var ended = await ListIn(kola, where);

        ended.Code.Should().Be(0, ended.Complaint);
        ended.Stdout.Should().ContainSingle().Which.Should().StartWith("t.one\t");
    }

    [Test]
    public async Task A_policy_is_enough_where_all_scenarios_are_the_librarys()
    {
        using var kola = Installed();
        Directory.Delete(kola["scenarios"], recursive: true);
        kola.Write("ci/gate.yaml", "library: [boot/uefi]\nrequired: [{paths: [library]}]\n");

        var ended = await ListIn(kola, "src");

        ended.Code.Should().Be(0, ended.Complaint);
        ended.Stdout.Should().ContainSingle().Which.Should().StartWith("boot.uefi\t");
    }

    [Test]
    public async Task Without_a_project_one_sentence_says_how_to_make_one()
    {
        using var kola = Installed();
        File.Delete(kola["images/catalog.yaml"]);

        var ended = await ListIn(kola, "src");

        ended.Code.Should().Be(3);
        ended.Stderr.Should().ContainSingle().Which.Should().StartWith("kola: there is no Kola project here").And.Contain("'kola init'");
    }

    [Test]
    public async Task State_lies_in_the_project()
    {
        using var kola = Installed("cont: print never comes\\n").With("KOLA_STATE_DIR", "");
        Directory.CreateDirectory(kola["src"]);

        var ended = await kola.RunInAsync("src", ["run", "--json"], Stop);

        ended.Code.Should().Be(0, ended.Complaint);
        Directory.Exists(kola[".kola/runs"]).Should().BeTrue();
        Directory.Exists(kola["src/.kola"]).Should().BeFalse();
    }

    [Test]
    public async Task List_and_lint_show_what_of_the_library_is_overridden()
    {
        using var kola = Installed();
        kola.Write("ci/gate.yaml", "library: [boot/*]\nrequired: [{paths: [scenarios, library]}]\n");
        kola.Write("scenarios/boot.tpm.yaml", "scenario: boot.tpm\nsummary: Ours\nimage: candidate\nmachines: {node: {}}\nsteps: [{run: true}]\n");
        kola.Write("scenarios/t.one.yaml", "scenario: t.one\nsummary: Ours\nimage: candidate\nmachines: {node: {}}\nsteps: [{run: true}]\n");

        var (list, json, lint) = (await ListIn(kola, ""), await kola.RunAsync(["list", "--json"], Stop), await kola.RunAsync(["lint"], Stop));

        list.Stdout.Select(line => line.Split('\t')[0]).Should().Contain(["boot.tpm", "boot.uefi", "t.one"]);
        list.Stderr.Should().Equal("scenarios/boot.tpm.yaml overrides library/boot/tpm.yaml");
        string.Concat(json.Stdout).Should().Contain("\"overrides\": \"library/boot/tpm.yaml\"").And.Contain("\"library\": \"library/boot/uefi.yaml\"");
        lint.Code.Should().Be(0, lint.Complaint);
        lint.Stdout.Should().Contain("scenarios/boot.tpm.yaml overrides library/boot/tpm.yaml").And.Contain(line => line.Contains("of the library)"));
    }

    [Test]
    public async Task A_gate_refuses_a_policy_that_takes_scenarios_and_asks_for_none_of_them()
    {
        using var kola = Installed();
        kola.Write("ci/gate.yaml", "library: [boot/*]\nrequired: [{paths: [scenarios]}]\n");

        var ended = await kola.RunAsync(["gate"], Stop);

        ended.Code.Should().Be(3);
        ended.Complaint.Should().StartWith("kola: ci/gate.yaml:1:11: no rule of the policy selects 'boot/*' of the library");
    }

    private static KolaSandbox Installed(params IEnumerable<string> script) =>
        new KolaSandbox(script).With("KOLA_CHECKOUT", "").With("KOLA_LIBRARY_DIR", Path.Combine(Checkout.Root, "scenarios"));

    private static Task<KolaSandbox.Ended> ListIn(KolaSandbox kola, string where)
    {
        Directory.CreateDirectory(kola[where]);
        return kola.RunInAsync(where, ["list"], Stop);
    }
}
