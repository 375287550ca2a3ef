using FluentAssertions;
using Kola.Machines.Images.Catalog;
using Kola.Results.Events;
using Kola.Scenarios.ExternalTests;
using Kola.Scenarios.Runs;
using NUnit.Framework;

namespace Kola.Scenarios.NUnit;

/// <summary>An external test of coreos-assembler's kola on a real machine, unmodified.</summary>
public sealed class ExternalRebootTests
{
    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [Test, Category("external")]
    public async Task An_external_test_reboots_a_real_machine_twice_and_finds_its_marks_again()
    {
        var roles = new RoleRequest().Cast(ImageCatalog.Load(Path.Combine(ScenarioSession.Checkout, "images", "catalog.yaml")));
        var project = await new ExternalProject(Path.Combine(ScenarioSession.Checkout, "tests", "corpus", "external", "my-project"), roles).ReadAsync(Stop);
        var twice = project.Scenarios.Single(scenario => scenario.Name == "ext.my-project.reboots.twice").Expand().Single();

        var run = await ScenarioSession.RecordAsync(twice, cold: false, Stop);

        var attempt = run.OfType<AttemptFinished>().Should().ContainSingle().Subject;
        attempt.Outcome.Should().Be(Outcome.Passed, attempt.Reason);
        run.OfType<StepFinished>().Last().Detail.Should().Be("over 2 reboots: 'first mark, \"with\" $HOME and spaces', 'second  mark'");
        run.OfType<MachineChanged>().Count(change => change.State == "ready").Should().BeGreaterThanOrEqualTo(3);
    }
}
