using FluentAssertions;
using Kola.Machines.Guests;
using Kola.Machines.Offline;
using NUnit.Framework;

namespace Kola.Tests.Machines.Guests;

[Parallelizable(ParallelScope.All)]
public sealed class TriesTests
{
    [Test]
    public void Systemd_boots_counter_is_in_the_names_of_the_entries() =>
        SysupdateGuest.Tries(["kola-os_1.efi", "kola-os_2+1-2.efi", "kola-os_41.20261101.0+3.efi", "other.txt"]).Should().BeEquivalentTo(
            new Dictionary<string, TryCount> { ["2"] = new(1, 2), ["41.20261101.0"] = new(3, 0) });

    [Test]
    public void Of_two_entries_of_one_release_the_one_that_was_tried_more_often_counts() =>
        SysupdateGuest.Tries(["kola-os_2+3-0.efi", "kola-os_2+0-3.efi"]).Should().ContainSingle().Which.Value.Should().Be(new TryCount(0, 3));

    [Test]
    public void Rauc_counts_in_grubenv_by_the_slot_that_holds_the_release() =>
        RaucGuest.Tries(RaucRecordings.Text("installed-used-up")).Should().BeEquivalentTo(new Dictionary<string, TryCount> { ["1"] = new(0, 3), ["2"] = new(0, 3) });

    [Test]
    public void A_disk_shows_the_same_while_its_machine_is_off()
    {
        var partition = new Partition(1, PartitionTypes.EfiSystem, Guid.Empty, "esp", 0, 1);
        var installation = new Installation([], [new(partition, "/EFI/Linux/a_1.efi", "1", null, null, null), new(partition, "/EFI/Linux/a_2+0-3.efi", "2", new(0, 3), null, null)]);

        installation.Tries.Should().BeEquivalentTo(new Dictionary<string, TryCount> { ["2"] = new(0, 3) });
    }

    [TestCase("systemd", false)]
    [TestCase("systemd", true, TriesProof.ConsoleLine)]
    [TestCase("rauc", false, TriesProof.BootCounter)]
    [TestCase("systemd-sysupdate", true, TriesProof.ConsoleLine, TriesProof.BootCounter)]
    public void The_proofs_are_those_of_the_image_and_of_its_adapter(string adapter, bool line, params TriesProof[] proofs)
    {
        var image = SomeImage.Any with { ReleaseStarted = line ? new(@"starting (?<release>\S+), (?<entry>\S+)") : null };

        TriesProofs.Of(image, GuestAdapters.Get(adapter)).Should().Equal(proofs);
    }
}
