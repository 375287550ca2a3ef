using FluentAssertions;
using Kola.Scenarios.Model;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Model;

/// <summary>The library that comes with the program, beside a project's own scenarios.</summary>
public sealed class ScenarioLibraryTests
{
    private ScenarioFolder own = null!;
    private ScenarioFolder library = null!;

    [SetUp]
    public void MakeFolders()
    {
        (own, library) = (new(), new());
        own.Write(ScenarioFolder.Minimal("  - run: a", "boot.mine"), "boot/mine.yaml");
        foreach (var name in new[] { "boot.uefi", "rollback.health", "rollback.verity", "update.n-to-n" })
            library.Write(ScenarioFolder.Minimal("  - run: theirs", name), name.Replace('.', '/') + ".yaml");
    }

    [TearDown]
    public void RemoveFolders()
    {
        own.Dispose();
        library.Dispose();
    }

    [TestCase("rollback/*", "boot.mine rollback.health rollback.verity")]
    [TestCase("rollback", "boot.mine rollback.health rollback.verity")]
    [TestCase("rollback.v*", "boot.mine rollback.verity")]
    [TestCase("update/n-to-n", "boot.mine update.n-to-n")]
    [TestCase("update.n-to-n update/* boot.uefi", "boot.mine boot.uefi update.n-to-n")]
    [TestCase("*", "boot.mine boot.uefi rollback.health rollback.verity update.n-to-n")]
    [TestCase("", "boot.mine")]
    public void A_project_has_its_own_scenarios_and_what_it_takes_of_the_library(string taken, string expected)
    {
        var catalog = Discover(taken);

        catalog.Problems.Should().BeEmpty();
        catalog.Scenarios.Select(scenario => scenario.Name).Should().Equal(expected.Split(' '));
    }

    [Test]
    public void What_is_taken_is_shown_by_its_path_in_the_library_and_found_by_it()
    {
        var taken = Discover("rollback/*").Select(new() { Names = ["library/rollback/verity.yaml"] }).Should().ContainSingle().Which.Scenario;

        taken.ShownIn(own.Root).Should().Be("library/rollback/verity.yaml");
        Discover("rollback/*").Scenarios[0].ShownIn(own.Root).Should().Be("boot/mine.yaml");
    }

    [Test]
    public void A_scenario_of_the_project_takes_the_place_of_the_one_with_its_name()
    {
        own.Write(ScenarioFolder.Minimal("  - run: mine", "rollback.verity"), "elsewhere.yaml");

        var catalog = Discover("rollback/*");

        catalog.Problems.Should().BeEmpty();
        catalog.Scenarios.Single(scenario => scenario.Name == "rollback.verity").Path.Should().Be(Path.Combine(own.Root, "elsewhere.yaml"));
        catalog.Overridden.Should().ContainSingle().Which.LibraryPath.Should().Be("library/rollback/verity.yaml");
        Discover("rollback/health").Overridden.Should().BeEmpty("the project does not take that one");
    }

    [Test]
    public void A_scenario_of_the_library_goes_on_from_one_that_is_not_taken()
    {
        library.Write(ScenarioFolder.Minimal("  - checkpoint: staged", "update.staged"), "update/staged.yaml");
        library.Write("scenario: rollback.late\nsummary: A test\nfrom: { scenario: ../update/staged.yaml, checkpoint: staged }\nsteps:\n  - run: a\n", "rollback/late.yaml");

        var catalog = Discover("rollback/late");

        catalog.Problems.Should().BeEmpty();
        catalog.Scenarios.Select(scenario => scenario.Name).Should().Equal("boot.mine", "rollback.late");
    }

    [Test]
    public void A_project_may_have_nothing_of_its_own()
    {
        var catalog = ScenarioCatalog.Discover("/nowhere", library: new(library.Root, Entries("boot/*")));

        catalog.Select(new()).Select(one => one.Id).Should().Equal("boot.uefi");
    }

    [Test]
    public void What_is_not_in_the_library_is_told_at_its_place() =>
        Discover("boot/uefi rolback/*").Problems.Should().ContainSingle().Which.ToString().Should().StartWith("ci/gate.yaml:2:1: the library has no scenario 'rolback/*'").And.Contain("kola list --library");

    [Test]
    public void A_name_that_is_nearly_right_is_told() =>
        Discover("rollback/verty").Problems.Should().ContainSingle().Which.ToString().Should().Contain("did you mean 'rollback.verity'?");

    [TestCase(null)]
    [TestCase("/no/library")]
    public void A_program_without_a_library_says_so(string? folder)
    {
        var select = () => ScenarioCatalog.Discover(own.Root, library: new(folder, Entries("boot/*"))).Select(new());

        select.Should().Throw<ScenarioException>().WithMessage("ci/gate.yaml:1:1: this kola has no scenario library*KOLA_LIBRARY_DIR*");
    }

    private ScenarioCatalog Discover(string taken) => ScenarioCatalog.Discover(own.Root, library: new(library.Root, Entries(taken)));

    private static LibraryEntry[] Entries(string taken) =>
        [.. taken.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select((pattern, index) => new LibraryEntry(pattern, new("ci/gate.yaml", index + 1, 1)))];
}
