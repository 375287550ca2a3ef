using FluentAssertions;
using Kola.Machines.Host;
using NUnit.Framework;

namespace Kola.Tests.Machines.Host;

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
        var root = Directory.CreateTempSubdirectory("kola-test").FullName;
        void Put(string path, string content)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(root + path)!);
            File.WriteAllText(root + path, content);
        }

        Put("/proc/meminfo", "MemTotal:        8388608 kB\nMemFree: 1 kB\nMemAvailable:    4194304 kB\n");
        Put("/proc/self/cgroup", "0::/ci/job\n");
        Put("/sys/fs/cgroup/ci/memory.max", "2147483648\n");
        Put("/sys/fs/cgroup/ci/memory.current", "1073741824\n");
        Put("/sys/fs/cgroup/ci/job/memory.max", "max\n");
        Put("/sys/fs/cgroup/ci/job/cpu.max", "50000 100000\n");
        HostResources.Measure(root).Should().Be(new HostResources(0.5, 2L << 30, 1L << 30, Limited: true));
        Directory.Delete(root, recursive: true);
    }

    [Test, Category("qemu")]
    public async Task This_host_has_what_the_tests_need()
    {
        var state = Directory.CreateTempSubdirectory("kola-test").FullName;
        var findings = await HostInspection.InspectAsync(state, TimeProvider.System, TestContext.CurrentContext.CancellationToken);
        foreach (var finding in findings)
            TestContext.Out.WriteLine(finding);
        findings.Where(finding => finding.Status is FindingStatus.Missing).Should().BeEmpty();
        findings.Where(finding => finding.Status is not FindingStatus.Ok).Should().OnlyContain(finding => finding.Remedy != null);
        Directory.Delete(state, recursive: true);
    }
}
