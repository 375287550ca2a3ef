using FluentAssertions;
using Kola.Machines.Guests;
using Kola.Scenarios.Model;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Model;

/// <summary>Which update files a scenario's steps are about, by which it is known where it does not apply.</summary>
internal sealed class ServedFileTests
{
    [TestCase("faults: [{ bit-flip: payload }]", true)]
    [TestCase("faults: [{ foreign-signature: signature }]", true)]
    [TestCase("faults: [{ status: signature, code: 404 }]", false)]
    [TestCase("faults: [{ bit-flip: boot-entry }]", false)]
    [TestCase("faults: [{ bit-flip: '*.raucb' }]", true)]
    public void A_fault_of_a_file_that_a_family_does_not_have_shows_nothing_there(string faults, bool has)
    {
        var needed = Load($"serve: updates\n    release: candidate\n    {faults}").NeededFiles.ToList();

        needed.All(file => file.IsIn(new RaucGuest())).Should().Be(has);
        needed.All(file => file.IsIn(new SysupdateGuest())).Should().BeTrue();
    }

    [Test]
    public void So_does_a_moment_of_such_a_file()
    {
        var cut = Load("serve: updates\n    release: candidate\n  - power-cut:\n    when: { served: 50%, of: boot-entry }", 1);

        cut.NeededFiles.Should().Equal(new ServedFile(ArtifactRole.BootEntry, Alone: true));
        Load("reboot: soft").NeededFiles.Should().BeEmpty();
    }

    private static Step Load(string yaml, int step = 0)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("t.yaml", $"scenario: t.one\nsummary: A scenario of a test\ntimeout: 10m\nimage: candidate\nmachines: {{ node: {{}} }}\nsteps:\n  - {yaml}\n");
        return ScenarioFile.Load(file).Expand()[0].Steps[step];
    }
}
