using FluentAssertions;
using Kola.Scenarios.Model;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Model;

public sealed class ScenarioCatalogTests
{
    private ScenarioFolder folder = null!;

    [SetUp]
    public void MakeFolder()
    {
        folder = new();
        Add("boot.uefi", "boot/uefi.yaml", "tags: [boot, ci]\nmatrix: { tpm: [false, true] }", "echo ${tpm}");
        Add("boot.nvme", "boot/nvme.yaml", "tags: [boot]\nparameters: { size: 1GiB }", "echo ${size}");
        Add("power.cut", "power/cut.yml", "tags: [power]");
        folder.Write("no scenario", "boot/.hidden.yaml");
        folder.Write("no scenario", "notes.txt");
    }

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void Every_scenario_below_the_folder_is_found()
    {
        var catalog = ScenarioCatalog.Discover(folder.Root);

        catalog.Problems.Should().BeEmpty();
        catalog.Scenarios.Select(scenario => scenario.Name).Should().Equal("boot.nvme", "boot.uefi", "power.cut");
    }

    [TestCase("", "boot.nvme boot.uefi[tpm=false] boot.uefi[tpm=true] power.cut")]
    [TestCase("power.cut", "power.cut")]
    [TestCase("boot.uefi", "boot.uefi[tpm=false] boot.uefi[tpm=true]")]
    [TestCase("boot.uefi[tpm=true]", "boot.uefi[tpm=true]")]
    [TestCase("boot", "boot.nvme boot.uefi[tpm=false] boot.uefi[tpm=true]")]
    [TestCase("*.cut", "power.cut")]
    [TestCase("boot.nvme power.cut", "boot.nvme power.cut")]
    [TestCase("ROOT/power", "power.cut")]
    [TestCase("ROOT/boot/nvme.yaml power.cut", "boot.nvme power.cut")]
    public void Scenarios_are_selected_by_name_group_pattern_case_and_path(string names, string expected)
    {
        Ids(new() { Names = Split(names) }).Should().Be(expected);
    }

    [TestCase("", "ci", "boot.uefi[tpm=false] boot.uefi[tpm=true]")]
    [TestCase("", "ci power", "boot.uefi[tpm=false] boot.uefi[tpm=true] power.cut")]
    [TestCase("boot.nvme power", "power", "power.cut")]
    public void Tags_narrow_the_selection(string names, string tags, string expected)
    {
        Ids(new() { Names = Split(names), Tags = Split(tags) }).Should().Be(expected);
    }

    [Test]
    public void Settings_reach_the_scenarios_that_have_them()
    {
        Ids(new() { Names = ["boot"], Settings = new Dictionary<string, string> { ["tpm"] = "true" } }).Should().Be("boot.nvme boot.uefi[tpm=true]");
    }

    [TestCase("boot.uef", "", "", "no scenario is called 'boot.uef'; did you mean 'boot.uefi'?; *")]
    [TestCase("boot.uefi[tpm=maybe]", "", "", "no scenario is called 'boot.uefi[[]tpm=maybe]'; did you mean *")]
    [TestCase("reset.*", "", "", "no scenario is called 'reset.*'*")]
    [TestCase("ROOT/boot/nvm.yaml", "", "", "there is no scenario at *nvm.yaml; did you mean '*nvme.yaml'?")]
    [TestCase("", "pwer", "", "no scenario has the tag 'pwer'; expected one of boot, ci, power; did you mean 'power'?")]
    [TestCase("boot.nvme", "ci", "", "nothing is selected: no case of 'boot.nvme' has a tag of 'ci'; *")]
    [TestCase("boot", "", "sise=3", "no selected scenario has a parameter 'sise'; *did you mean 'size'?")]
    [TestCase("boot.uefi[tpm=false]", "", "tpm=true", "nothing is selected: * exists with tpm=true; *")]
    public void A_selection_that_matches_nothing_is_an_error(string names, string tags, string setting, string expected)
    {
        var settings = Split(setting).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        var select = () => Ids(new() { Names = Split(names), Tags = Split(tags), Settings = settings });

        select.Should().Throw<ScenarioException>().WithMessage(expected.Replace("[[]", "[", StringComparison.Ordinal));
    }

    [Test]
    public void An_empty_folder_selects_nothing_and_says_so()
    {
        var empty = Directory.CreateDirectory(Path.Combine(folder.Root, "empty")).FullName;
        var select = () => ScenarioCatalog.Discover(empty).Select(new());

        select.Should().Throw<ScenarioException>().WithMessage($"there are no scenarios in {empty}*");
    }

    [Test]
    public void A_folder_that_does_not_exist_is_an_error()
    {
        var discover = () => ScenarioCatalog.Discover("/nowhere");

        discover.Should().Throw<ScenarioException>().WithMessage("there is no folder /nowhere*");
    }

    [Test]
    public void A_name_that_is_taken_is_told_at_the_second_file()
    {
        Add("boot.nvme", "power/zz.yaml", "tags: [boot]");

        ScenarioCatalog.Discover(folder.Root).Problems.Should().ContainSingle()
            .Which.ToString().Should().Match("*power/zz.yaml:1:11: duplicate scenario 'boot.nvme' (first in *boot/nvme.yaml)");
    }

    [Test]
    public void An_invalid_file_ends_every_selection_but_that_of_other_files()
    {
        folder.Write("scenario: 1", "power/broken.yaml");
        var all = () => Ids(new());
        var name = () => Ids(new() { Names = ["boot.nvme"] });
        var itself = () => Ids(new() { Names = [Path.Combine(folder.Root, "power/broken.yaml")] });

        all.Should().Throw<ScenarioException>().WithMessage("*broken.yaml:1:*");
        name.Should().Throw<ScenarioException>().WithMessage("*broken.yaml:1:*");
        itself.Should().Throw<ScenarioException>().WithMessage("*broken.yaml:1:*");
        Ids(new() { Names = [Path.Combine(folder.Root, "boot/nvme.yaml")] }).Should().Be("boot.nvme");
    }

    [Test]
    public void A_file_outside_the_folder_can_be_selected_by_its_path()
    {
        using var other = new ScenarioFolder();
        var path = other.Write(ScenarioFolder.Minimal("  - run: a", "other.one"));

        Ids(new() { Names = [path] }).Should().Be("other.one");
    }

    [Test]
    public void A_bare_word_that_is_no_scenario_may_be_a_folder()
    {
        var name = $"catalog{Guid.NewGuid():n}";
        Directory.CreateDirectory(name);
        try
        {
            File.WriteAllText(Path.Combine(name, "one.yaml"), ScenarioFolder.Minimal("  - run: a", "other.one"));

            Ids(new() { Names = [name] }).Should().Be("other.one");
        }
        finally
        {
            Directory.Delete(name, recursive: true);
        }
    }

    private void Add(string name, string path, string more, string command = "true") =>
        folder.Write(ScenarioFolder.Minimal($"  - run: {command}\n{more}", name), path);

    private string Ids(ScenarioSelection selection)
    {
        var here = selection with { Names = [.. selection.Names.Select(name => name.Replace("ROOT", folder.Root, StringComparison.Ordinal))] };
        return string.Join(' ', ScenarioCatalog.Discover(folder.Root).Select(here).Select(one => one.Id));
    }

    private static string[] Split(string words) => words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
