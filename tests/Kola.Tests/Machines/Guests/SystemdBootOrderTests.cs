using FluentAssertions;
using Kola.Machines.Guests;
using NUnit.Framework;

namespace Kola.Tests.Machines.Guests;

internal sealed class SystemdBootOrderTests
{
    [TestCase("kola-os_1.efi kola-os_2+3-0.efi", "kola-os_2+3-0.efi kola-os_1.efi", TestName = "The newest release comes first")]
    [TestCase("kola-os_1.efi kola-os_2+0-3.efi", "kola-os_1.efi kola-os_2+0-3.efi", TestName = "One without tries left comes last")]
    [TestCase("kola-os_9.efi kola-os_10.efi", "kola-os_10.efi kola-os_9.efi", TestName = "Versions are compared as numbers")]
    [TestCase("kola-os_2+1-2.efi kola-os_2+3-0.efi", "kola-os_2+3-0.efi kola-os_2+1-2.efi", TestName = "Of two counters the one with more left comes first")]
    public void Entries_stand_in_the_order_of_the_boot_loader(string names, string expected) =>
        string.Join(' ', names.Split(' ').Select(Entry).Order(SystemdBootOrder.Instance).Select(entry => entry.Path["/EFI/Linux/".Length..])).Should().Be(expected);

    [Test]
    public void An_entry_without_a_sort_key_comes_behind_one_that_has_it()
    {
        var bare = Entry("zzz_99.efi") with { OsRelease = new Dictionary<string, string>() };

        new[] { bare, Entry("kola-os_1.efi") }.Order(SystemdBootOrder.Instance).Last().Should().Be(bare);
    }

    private static LoaderEntry Entry(string name)
    {
        var (release, tries) = SysupdateLayout.Named($"/EFI/Linux/{name}")!.Value;
        return new($"/EFI/Linux/{name}", tries, new Dictionary<string, string> { ["IMAGE_ID"] = "kola-os", ["IMAGE_VERSION"] = release });
    }
}
