using FluentAssertions;
using Kola.Machines.Images;
using Kola.Machines.Images.Catalog;
using Kola.Machines.Offline;
using Kola.Results.Events;
using Kola.Scenarios.Model;
using Kola.Scenarios.Runs;
using Kola.Scenarios.Steps.Disk;
using Kola.Tests.Machines;
using Kola.Tests.Machines.Offline;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Steps.Disk;

/// <summary>Steps on the disk of a machine that is off: a real disk, in an engine whose QEMU is the fake one.</summary>
[Category("qemu")]
internal sealed class DiskStepsTests
{
    private FakeMachines machines = null!;
    private TemporaryFolder folder = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task Prepare()
    {
        machines = await FakeMachines.StartAsync(Stop);
        folder = new();
        await SampleDisk.MakeAsync(folder, new Dictionary<string, string> { ["kola-os_1.efi"] = SampleDisk.HashA }, Stop);
        folder.Write("catalog.yaml", """
            images:
              sample: {file: disk.raw, architecture: x86_64, firmware: bios, provisioning: credentials, adapter: systemd-sysupdate, user: root}
              other: {file: disk.raw, architecture: x86_64, firmware: bios, provisioning: credentials, adapter: systemd, user: root}

            """);
    }

    [TearDown]
    public async Task Clean()
    {
        await machines.DisposeAsync();
        folder.Dispose();
    }

    [Test]
    public async Task A_release_that_is_not_on_trial_has_no_tries_to_spend()
    {
        var (good, _) = await RunAsync("sample", """
              - last-try: "1"
            """);
        good.Reason.Should().Contain("/EFI/Linux/kola-os_1.efi").And.Contain("not on trial");

        var (absent, _) = await RunAsync("sample", """
              - last-try: "2"
            """);
        absent.Reason.Should().Contain("there is no boot entry of release 2").And.Contain("it has entry 1 good");
    }

    [Test]
    public async Task A_disk_is_looked_at_damaged_and_looked_at_again()
    {
        var image = await File.ReadAllBytesAsync(folder["disk.raw"], Stop);
        var (attempt, steps) = await RunAsync("sample", """
              - inspect-disk: { slots: { A: "1", B: empty }, entries: { "1": good }, clean: true }
              - damage: { data: A, at: 1MiB }
              - damage: { hashes: [A] }
              - damage: { zero: B }
              - inspect-disk: { entries: { "1": good } }
              - damage: { entry: "1", how: truncate }
              - inspect-disk: { entries: { "1": good } }
            """);

        attempt.Outcome.Should().Be(Outcome.Failed);
        attempt.Reason.Should().Contain("release 1: /EFI/Linux/kola-os_1.efi is damaged");
        steps.Should().HaveCount(8).And.OnlyContain(s => s.Step == 7 || s.Outcome == Outcome.Passed);
        steps.Select(s => s.Detail).Should().Contain("inverted 4096 bytes at 1048576 of partition 3 (kola-os_1)").And.Contain("zeroed partition 5 (_empty)");
        (await File.ReadAllBytesAsync(folder["disk.raw"], Stop)).AsSpan().SequenceEqual(image).Should().BeTrue("the image is never written");
    }

    [Test]
    public async Task A_boot_loader_that_was_made_older_is_renewed_or_named()
    {
        await SampleDisk.AddLoaderAsync(folder, "#### LoaderInfo: systemd-boot 257.13-1~deb13u1 ####", Stop);

        var (kept, _) = await RunAsync("sample", "  - damage: { loader: older }\n  - inspect-disk: { loader: renewed, bootable: [] }");
        kept.Reason.Should().Contain("expected /EFI/BOOT/BOOTX64.EFI 257.13-1~deb13u1 or newer, got 001.13-1~deb13u1: it was not renewed").And.NotContain("shellx64");

        (await RunAsync("sample", "  - inspect-disk: { loader: renewed, bootable: [] }")).Attempt.Reason.Should().Contain("no step has made it older");
    }

    [TestCase("257.13-1", null)]
    [TestCase("258~rc1", null)]
    [TestCase("257.12-1", "got 257.12-1: it was not renewed")]
    [TestCase(null, "got none of a known version")]
    public void A_boot_loader_is_renewed_when_it_is_as_new_as_it_was(string? now, string? wrong)
    {
        var partition = new Partition(1, default, default, "esp", 0, 1);

        var found = InspectDiskStep.NotRenewed(now is null ? [] : [new(partition, "/a.efi", now)], [new(partition, "/a.efi", "257.13-1")]);

        if (wrong is null)
            found.Should().BeEmpty();
        else
            found.Should().ContainSingle().Which.Should().EndWith(wrong);
    }

    [Test]
    public async Task A_slot_is_verified_block_by_block_against_its_root_hash()
    {
        await SampleDisk.FormatVerityAsync(folder, Stop);
        (await RunAsync("sample", "  - inspect-disk: { intact: [A], bootable: [] }")).Attempt.Reason.Should().BeNull();
        foreach (var damage in new[] { "{ data: A, at: 1MiB, length: 512B }", "{ hashes: A }", "{ zero: A }" })
        {
            var reason = (await RunAsync("sample", $"  - damage: {damage}\n  - inspect-disk: {{ intact: [A], bootable: [] }}")).Attempt.Reason;
            reason.Should().Contain("intact slots: expected A, got none; slot A:").And.Contain("failed", damage);
        }
    }

    [Test]
    public async Task Both_slots_are_damaged_by_one_step_or_none()
    {
        (await RunAsync("sample", "  - damage: { data: [A, B] }")).Attempt.Outcome.Should().Be(Outcome.Passed);
        var (attempt, _) = await RunAsync("sample", "  - damage: { data: [A, C] }");
        attempt.Outcome.Should().Be(Outcome.Infrastructure);
        attempt.Reason.Should().Contain("t.yaml:").And.Contain("no slot C on the disk; expected one of A, B");
    }

    [Test]
    public async Task A_new_disk_is_as_its_image_whatever_was_done_to_the_old_one()
    {
        await SampleDisk.FormatVerityAsync(folder, Stop);
        (await RunAsync("sample", "  - damage: { zero: A }\n  - replace-disk:\n  - inspect-disk: { intact: [A], bootable: [] }")).Attempt.Reason.Should().BeNull();
    }

    [Test]
    public async Task The_disk_of_a_machine_that_is_on_is_not_replaced() =>
        (await RunAsync("sample", "  - power-on:\n  - replace-disk:")).Attempt.Reason.Should().Contain("machine node is on");

    [Test]
    public async Task Nobody_knows_the_slots_of_an_image_without_a_layout()
    {
        (await RunAsync("other", "  - inspect-disk: { clean: true }")).Attempt.Outcome.Should().Be(Outcome.Passed);
        (await RunAsync("other", "  - inspect-disk: { slots: { A: \"1\" } }")).Attempt.Reason.Should().Contain("guest adapter 'systemd'");
    }

    [Test]
    public async Task A_disk_is_remembered_only_of_a_guest_that_said_what_it_runs() =>
        (await RunAsync("sample", "  - remember-disk: before")).Attempt.Reason.Should().Contain("node has not said yet which release it runs from which slot");

    [Test]
    public async Task A_disk_is_compared_only_with_one_that_was_remembered_before()
    {
        var none = await FluentActions.Awaiting(() => RunAsync("sample", "  - compare-disk: before")).Should().ThrowAsync<ScenarioException>();
        none.Which.Message.Should().Contain("no earlier step of this scenario is 'remember-disk: before' of the same machine; add one before the update");
        var other = await FluentActions.Awaiting(() => RunAsync("sample", "  - remember-disk: before\n  - compare-disk: befor")).Should().ThrowAsync<ScenarioException>();
        other.Which.Message.Should().Contain("remembered are before").And.Contain("did you mean");
    }

    [Test]
    public async Task The_disk_of_a_machine_that_is_on_is_not_touched() =>
        (await RunAsync("sample", "  - power-on:\n  - damage: { data: A }")).Attempt.Reason.Should().Contain("machine node is on");

    private async Task<(AttemptFinished Attempt, IReadOnlyList<StepFinished> Steps)> RunAsync(string image, string steps)
    {
        folder.Write("t.yaml", $"""
            scenario: t.disk
            summary: A scenario of a test
            timeout: 10m
            image: {image}
            machines:
              node:
                ready: false
                start: false
                disk: {"{size: 56MiB}"}
                credentials: {"{a: b}"}
            steps:
            {steps}
            """);
        await using var host = new ExecutionHost(machines.Environment("cont: print up\\n"), machines.Folder);
        var locations = new ImageLocations { Checkout = folder.Path, State = machines.Folder, Cache = Path.Combine(machines.Folder, "cache") };
        var engine = new RunEngine(host, new ImageStore(ImageCatalog.Load(folder["catalog.yaml"]), locations), "test", TimeProvider.System);
        var events = new List<RunEvent>();
        var plan = await engine.PlanAsync([.. ScenarioFile.Load(folder["t.yaml"]).Expand()], new RunOptions { StateFolder = machines.Folder }, null, Stop);
        await engine.ExecuteAsync(plan, events.Add, Stop);
        return (events.OfType<AttemptFinished>().Single(), [.. events.OfType<StepFinished>()]);
    }
}
