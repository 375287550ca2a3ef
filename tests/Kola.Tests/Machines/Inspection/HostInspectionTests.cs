using FluentAssertions;
using Kola.Machines.Host;
using Kola.Machines.Inspection;
using NUnit.Framework;

namespace Kola.Tests.Machines.Inspection;

internal sealed class HostInspectionTests
{
    [TestCase("ID=ubuntu\nID_LIKE=debian\n", "apt-get install qemu-system-x86")]
    [TestCase("ID=fedora\n", "dnf install qemu-system-x86-core")]
    [TestCase("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n", "dnf install")]
    [TestCase("ID=arch\n", "pacman -S qemu-system-x86")]
    [TestCase("ID=nixos\n", "Fedora: qemu-system-x86-core")]
    public void A_remedy_speaks_the_hosts_language(string osRelease, string said) => Package.Qemu.Install(osRelease).Should().Contain(said);

    [Test]
    public void A_package_that_a_distribution_lacks_is_not_invented() => Package.Ignition.Install("ID=arch\n").Should().Contain("Arch: none");

    [Test]
    public void The_tightest_control_group_counts()
    {
        using var root = new TemporaryFolder();
        root.Write("proc/meminfo", "MemTotal:        8388608 kB\nMemFree: 1 kB\nMemAvailable:    4194304 kB\n");
        root.Write("proc/self/cgroup", "0::/ci/job\n");
        root.Write("sys/fs/cgroup/ci/memory.max", "2147483648\n");
        root.Write("sys/fs/cgroup/ci/memory.current", "1073741824\n");
        root.Write("sys/fs/cgroup/ci/job/memory.max", "max\n");
        root.Write("sys/fs/cgroup/ci/job/cpu.max", "50000 100000\n");

        HostResources.Measure(root.Path).Should().Be(new HostResources(0.5, 2L << 30, 1L << 30, Limited: true));
    }

    [Test]
    public void Version_1_of_control_groups_counts_as_well()
    {
        using var root = new TemporaryFolder();
        root.Write("proc/meminfo", "MemTotal:        8388608 kB\nMemAvailable:    4194304 kB\n");
        root.Write("proc/self/cgroup", "4:memory:/ci\n2:cpu,cpuacct:/\n0::/\n");
        root.Write("sys/fs/cgroup/memory/ci/memory.limit_in_bytes", "2147483648\n");
        root.Write("sys/fs/cgroup/memory/ci/memory.usage_in_bytes", "1073741824\n");
        root.Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        root.Write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "50000\n");
        root.Write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");

        HostResources.Measure(root.Path).Should().Be(new HostResources(0.5, 2L << 30, 1L << 30, Limited: true));
    }

    [Test, Category("qemu")]
    public async Task This_host_has_what_the_tests_need()
    {
        var state = Directory.CreateTempSubdirectory("kola-test").FullName;
        var findings = await HostInspection.InspectAsync(state, installed: false, TimeProvider.System, TestContext.CurrentContext.CancellationToken);
        foreach (var finding in findings)
            TestContext.Out.WriteLine(finding);
        findings.Where(finding => finding.Status is FindingStatus.Missing).Should().BeEmpty();
        findings.Where(finding => finding.Status is not FindingStatus.Ok).Should().OnlyContain(finding => finding.Remedy != null);
        Directory.Delete(state, recursive: true);
    }
}
