using FluentAssertions;
using Kola.Machines.Guests;
using Kola.Machines.Ssh;
using Kola.Tests.Machines.Ssh;
using NUnit.Framework;

namespace Kola.Tests.Machines.Guests;

[TestFixture]
public sealed class ReadinessTests
{
    private static readonly ReadyOptions Patient = new() { Bound = TimeSpan.FromSeconds(30) };
    private ScriptedGuest guest = null!;
    private BoundedMachine machine = null!;
    private SshServer server = null!;
    private SshSession ssh = null!;
    private Readiness readiness = null!;

    [SetUp]
    public async Task Prepare()
    {
        server = await SshServer.StartAsync();
        ssh = server.Session();
        guest = new();
        machine = new();
        readiness = new(machine, ssh, guest, TimeProvider.System);
    }

    [TearDown]
    public async Task Clean()
    {
        if (ssh is not null)
            await ssh.DisposeAsync();
        if (server is not null)
            await server.DisposeAsync();
    }

    [Test]
    public async Task A_settled_guest_without_failed_units_is_ready()
    {
        var report = await readiness.WaitAsync(Patient, CancellationToken.None);

        report.Should().BeEquivalentTo(new { BootId = "boot-1", SystemState = "running", FailedUnits = Array.Empty<string>() });
    }

    [Test]
    public async Task Failed_units_are_told_with_their_last_words()
    {
        guest.Healths.Clear();
        guest.Healths.Enqueue(new("boot-1", "degraded", ["bad.service", "known.service"]));

        var wait = () => readiness.WaitAsync(Patient with { AllowedFailedUnits = ["known.service"] }, CancellationToken.None);

        await wait.Should().ThrowAsync<UnitsFailedException>().WithMessage("machine: failed units: bad.service\n  bad.service:\n    last words of bad.service\n*");
    }

    [TestCase("last words of", null)]
    [TestCase("too slow:", 120)]
    public async Task Units_that_were_too_slow_may_be_the_hosts_doing_and_others_are_not(string words, int? seconds)
    {
        guest.Healths.Clear();
        guest.Healths.Enqueue(new("boot-1", "degraded", ["bad.service"]));
        guest.LastWords = words;

        var wait = () => readiness.WaitAsync(Patient, CancellationToken.None);

        (await wait.Should().ThrowAsync<UnitsFailedException>()).Which.Waited.Should().Be(seconds is { } some ? TimeSpan.FromSeconds(some) : null);
    }

    [TestCase("slow.service: Failed with result 'timeout'.", true)]
    [TestCase("fed.service: Failed with result 'watchdog'.", true)]
    [TestCase("bad.service: Failed with result 'exit-code'.", false)]
    [TestCase("bad.service: Main process exited, code=exited, status=1/FAILURE", false)]
    public void Systemd_says_of_a_failed_unit_whether_it_was_too_slow(string line, bool slow) => new SystemdGuest().SaysTimedOut(line).Should().Be(slow);

    [Test]
    public async Task Units_that_may_fail_do_not_hinder()
    {
        guest.Healths.Clear();
        guest.Healths.Enqueue(new("boot-1", "degraded", ["known.service"]));

        var report = await readiness.WaitAsync(Patient with { AllowedFailedUnits = ["known.service"] }, CancellationToken.None);

        report.FailedUnits.Should().Equal("known.service");
    }

    [Test]
    public async Task A_guest_that_does_not_settle_is_told_with_what_it_still_starts()
    {
        guest.Healths.Clear();
        guest.Healths.Enqueue(new("boot-1", "stopping", []));

        var wait = () => readiness.WaitAsync(new() { Bound = TimeSpan.FromSeconds(2) }, CancellationToken.None);

        await wait.Should().ThrowAsync<NotReadyException>()
            .WithMessage("*timed out after 2 s waiting for the machine to be ready*last seen*system state stopping; SSH: connected; still starting: 12 slow.service start running");
    }

    [Test]
    public async Task A_guest_without_ssh_is_told_with_the_last_attempt()
    {
        await server.StopAsync();
        var wait = () => readiness.WaitAsync(new() { Bound = TimeSpan.FromSeconds(2) }, CancellationToken.None);

        await wait.Should().ThrowAsync<NotReadyException>().WithMessage("*last seen*no SSH answer; SSH: *refused*");
    }

    [TestCase(RebootManner.Soft, 1, 0)]
    [TestCase(RebootManner.Hard, 0, 1)]
    public async Task A_reboot_is_over_only_in_another_boot(RebootManner manner, int reboots, int resets)
    {
        guest.BootIds.Enqueue("boot-1");
        guest.BootIds.Enqueue("boot-2");
        guest.Healths.Clear();
        guest.Healths.Enqueue(new("boot-2", "running", []));

        var report = await readiness.RebootAsync(manner, Patient, CancellationToken.None);

        report.BootId.Should().Be("boot-2");
        guest.BootIds.Should().ContainSingle("the old boot's answer did not count");
        (guest.Reboots, machine.Resets).Should().Be((reboots, resets));
    }

    [Test]
    public async Task A_guest_that_stays_in_its_boot_has_not_rebooted()
    {
        var reboot = () => readiness.RebootAsync(RebootManner.Soft, new() { Bound = TimeSpan.FromSeconds(2) }, CancellationToken.None);

        await reboot.Should().ThrowAsync<NotReadyException>().WithMessage("*after a reboot*still in boot boot-1*");
    }

    [Test]
    public async Task A_restart_of_the_user_space_is_over_only_in_another_one_of_the_same_boot()
    {
        foreach (var id in (string[])["space-1", "", "space-2"])
            guest.UserSpaceIds.Enqueue(id);

        var report = await readiness.RebootAsync(RebootManner.UserSpace, Patient, CancellationToken.None);

        report.BootId.Should().Be("boot-1");
        guest.UserSpaceIds.Should().ContainSingle("neither the old one's answer counts, nor none");
        (guest.Reboots, guest.Restarts, machine.Resets).Should().Be((0, 1, 0));
    }

    [Test]
    public async Task A_guest_that_reboots_where_its_user_space_was_to_restart_fails()
    {
        guest.BootIds.Enqueue("boot-2");

        await readiness.Awaiting(r => r.RebootAsync(RebootManner.UserSpace, Patient, CancellationToken.None)).Should().ThrowAsync<Kola.Machines.GuestException>()
            .WithMessage("*the guest rebooted (boot boot-1, now boot-2) where only its user space was to restart*");
    }

    [Test]
    public async Task A_user_space_that_stays_is_told()
    {
        var restart = () => readiness.RebootAsync(RebootManner.UserSpace, new() { Bound = TimeSpan.FromSeconds(2) }, CancellationToken.None);

        await restart.Should().ThrowAsync<NotReadyException>().WithMessage("*after a restart of its user space*still in user space space-1*");
    }

    [Test]
    public async Task A_cancelled_wait_is_a_cancellation()
    {
        guest.Healths.Clear();
        guest.Healths.Enqueue(new("boot-1", "starting", []));
        using var cancel = new CancellationTokenSource();
        var wait = readiness.WaitAsync(Patient, cancel.Token);
        await cancel.CancelAsync();

        await FluentActions.Awaiting(() => wait).Should().ThrowAsync<OperationCanceledException>();
    }
}
