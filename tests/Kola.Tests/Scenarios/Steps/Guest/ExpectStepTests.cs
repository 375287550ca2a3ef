using FluentAssertions;
using Kola.Machines.Guests;
using Kola.Scenarios.Steps.Guest;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Steps.Guest;

internal sealed class ExpectStepTests
{
    [TestCase("my-os_2+1-2.efi", "entry my-os_2+1-2.efi")]
    [TestCase(null, "no boot entry")]
    [TestCase("", "no boot entry")]
    public void A_boot_entry_is_told_where_there_is_one(string? entry, string told) =>
        ExpectStep.Told(new BootAssessment(MarkedGood: true, TriesLeft: null, entry)).Should().Be(told);

    [Test]
    public void A_boot_loader_that_counts_no_boots_is_told_as_one() => ExpectStep.Told(null).Should().Be("boots are not counted");
}
