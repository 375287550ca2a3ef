using FluentAssertions;
using Kola.Scenarios.Model;
using Kola.Scenarios.Steps.Guest;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Model;

/// <summary>Names that only a machine's image knows are left in a text until it reaches the machine.</summary>
public sealed class VariablesTests
{
    private readonly ScenarioFolder folder = new();

    [OneTimeTearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void The_name_of_a_unit_is_filled_in_where_the_machine_is_known()
    {
        var step = (RunStep)folder.Load(ScenarioFolder.Minimal("  - run: systemctl restart ${unit.ssh} ${word}\nparameters: { word: now }")).Expand()[0].Steps[0];

        step.Command.Should().Be("systemctl restart ${unit.ssh} now");
        Variables.WithUnits(step.Command, role => $"{role}d.service").Should().Be("systemctl restart sshd.service now");
    }
}
