using FluentAssertions;
using Kola.Machines.Host;
using Kola.Machines.Inspection;
using NUnit.Framework;

namespace Kola.Tests.Machines.Host;

/// <summary>The one table of what a host needs, for ci/setup and kola doctor.</summary>
internal sealed class PackageTableTests
{
    [Test]
    public void Each_row_says_for_what_by_which_probe_and_why()
    {
        PackageTable.Rows.Should().HaveCountGreaterThan(20).And.OnlyContain(row => row.Why.Length > 5 && row.Package.Debian != null && row.Probes.All(probe => probe.Length > 0));
        PackageTable.Rows.SelectMany(row => row.Purposes).Distinct().Should().BeEquivalentTo(["build", "run", "run!", "test", "all"]);
        PackageTable.Rows.Select(row => string.Join(' ', row.Probes)).Should().OnlyHaveUniqueItems();
    }

    [Test]
    public void A_probe_that_is_a_function_is_one_of_ci_setup()
    {
        var setup = File.ReadAllLines(Path.Combine(Checkout.Root, "ci", "setup"));

        foreach (var function in PackageTable.Rows.SelectMany(row => row.Probes).Where(probe => probe.EndsWith("()", StringComparison.Ordinal)))
            setup.Should().Contain(line => line.StartsWith($"{function} {{", StringComparison.Ordinal), "{0} is named by packages.txt", function);
    }

    [Test, Category("qemu")]
    public async Task Kola_doctor_looks_for_each_tool_that_machines_need()
    {
        using var state = new TemporaryFolder();
        var findings = await HostInspection.InspectAsync(state.Path, installed: false, TimeProvider.System, TestContext.CurrentContext.CancellationToken);

        findings.Select(finding => finding.Subject).Should().OnlyHaveUniqueItems().And.Contain(["QEMU", "UEFI firmware", "qemu-img", "swtpm_setup", "xz", "mkfs.vfat", "genisoimage", "socat"]).And.NotContain(["shellcheck", "jq", "dotnet_sdk()"]);
    }

    [Test, Category("qemu")]
    public async Task An_installed_Kola_asks_for_nothing_that_only_a_checkout_needs()
    {
        using var state = new TemporaryFolder();
        var (checkout, installed) = (await SubjectsAsync(installed: false), await SubjectsAsync(installed: true));

        checkout.Except(installed).Should().Equal("git");
        installed.Except(checkout).Should().BeEmpty();

        async Task<IReadOnlyList<string>> SubjectsAsync(bool installed) =>
            [.. (await HostInspection.InspectAsync(state.Path, installed, TimeProvider.System, TestContext.CurrentContext.CancellationToken)).Select(finding => finding.Subject)];
    }

    [Test]
    public void A_row_without_six_fields_is_refused() =>
        FluentActions.Invoking(() => PackageRow.Parse("run | socat | socat | relays")).Should().Throw<InvalidOperationException>().WithMessage("*'run | socat | socat | relays' has not six fields");
}
