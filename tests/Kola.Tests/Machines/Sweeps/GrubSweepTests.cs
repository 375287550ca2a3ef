using FluentAssertions;
using Kola.Machines.Guests;
using Kola.Machines.Offline;
using Kola.Machines.Sweeps;
using Kola.Machines.Sweeps.Fat;
using Kola.Tests.Machines.Offline;
using NUnit.Framework;

namespace Kola.Tests.Machines.Sweeps;

/// <summary>Updates of a disk that RAUC updates, where grubenv says what GRUB starts.</summary>
[Category("qemu")]
internal sealed class GrubSweepTests
{
    private const int SlotA = 41 << 20, SlotB = 44 << 20, SlotBytes = 1 << 20;
    private const string Old = "ORDER=A B\nA_OK=1\nA_TRY=0\nB_OK=0\nB_TRY=0\n";

    private readonly TemporaryFolder folder = new();

    [TearDown]
    public void Remove() => Directory.GetFiles(folder.Path).ToList().ForEach(File.Delete);

    [OneTimeTearDown]
    public void RemoveAll() => folder.Dispose();

    [Test]
    public async Task An_update_that_writes_the_slot_and_then_the_one_sector_of_grubenv_is_never_between_the_two()
    {
        var states = await SweepAsync("ORDER=B A\nB_OK=1\nB_TRY=0\nA_OK=1\nA_TRY=0\n", entryFirst: false);

        states.Where(state => !state.Holds).Should().BeEmpty();
        states.Select(state => state.Outcome).Should().Contain([BootOutcome.Old, BootOutcome.New]);
    }

    [Test]
    public async Task A_grubenv_whose_values_lie_in_two_sectors_is_found_torn()
    {
        var states = await SweepAsync($"ORDER=B A\nfiller={new string('x', 520)}\nB_OK=1\nB_TRY=0\nA_OK=1\nA_TRY=0\n", entryFirst: false);

        states.Where(state => !state.Holds).Select(state => state.Outcome).Should().NotBeEmpty().And.OnlyContain(outcome => outcome == BootOutcome.Neither);
        states.Where(state => !state.Holds).Should().OnlyContain(state => state.Forecast.Damage == "grubenv has no slot that may be started");
    }

    [Test]
    public async Task A_grubenv_that_names_the_slot_before_it_is_written_is_found()
    {
        var states = await SweepAsync("ORDER=B A\nB_OK=1\nB_TRY=0\nA_OK=1\nA_TRY=0\n", entryFirst: true);

        states.Should().Contain(state => state.Outcome == BootOutcome.Damaged && state.Forecast.Damage!.Contains("blocks of slot B are not those of release 2") && state.Forecast.Next == "1");
    }

    [TestCase("ORDER=B A\nB_OK=1\nB_TRY=3\nA_OK=1\nA_TRY=0\n", BootOutcome.Old)]
    [TestCase("ORDER=B A\nB_OK=0\nB_TRY=0\nA_OK=1\nA_TRY=0\n", BootOutcome.Old)]
    [TestCase("ORDER=A B\nB_OK=1\nB_TRY=3\nA_OK=1\nA_TRY=3\n", BootOutcome.New)]
    [TestCase("ORDER=B A\nB_OK=1\nB_TRY=2\nA_OK=1\nA_TRY=0\n", BootOutcome.New)]
    public async Task GRUB_takes_the_first_slot_that_is_good_and_has_tries_left_and_else_the_last_good_one(string environment, BootOutcome expected) =>
        (await SweepAsync(environment, entryFirst: false))[^1].Outcome.Should().Be(expected);

    private async Task<IReadOnlyList<JudgedState>> SweepAsync(string environment, bool entryFirst)
    {
        var stop = TestContext.CurrentContext.CancellationToken;
        var sample = await SampleDisk.MakeAsync(folder, new Dictionary<string, string>(), stop);
        var esp = $"{sample.Image}@@{SampleDisk.EspOffset}";
        await SampleDisk.RunAsync("mmd", ["-i", esp, "::/grub", "::/EFI/BOOT"], stop);
        await SampleDisk.RunAsync("mcopy", ["-i", esp, folder.Write("grub.efi", "the boot loader"), "::/EFI/BOOT/BOOTX64.EFI"], stop);
        await SampleDisk.RunAsync("mcopy", ["-i", esp, folder.Write("grubenv", Block(Old)), "::/grub/grubenv"], stop);
        var image = await File.ReadAllBytesAsync(sample.Image, stop);
        var block = FatVolume.Open(new MemoryDisk(image), SampleDisk.EspOffset).Below("/grub/grubenv").Single().Ranges[0].Offset;
        var (log, slot) = (new SampleLog(), Enumerable.Range(0, SlotBytes).Select(i => (byte)((i / 999) + 1)).ToArray());
        foreach (var part in entryFirst ? new[] { "entry", "slot" } : ["slot", "entry"])
        {
            if (part == "entry")
                log.Write(block / 512, Block(environment)).Flush();
            else
                log.Write(SlotB / 512, slot[..65536]).Write((SlotB + 65536) / 512, slot[65536..]).Flush();
        }

        Installation Installed(params InstalledSlot[] slots) => new(slots, []);
        using var opened = log.Open(folder, image.Length);
        using var sweep = new OfflineSweep(opened, sample.Image, new RaucGuest(), "1", Installed(Slot("A", "1", SlotA)), "2", Installed(Slot("A", "1", SlotA), Slot("B", "2", SlotB)));
        return sweep.Judge(new CrashStates(opened, seed: 1).All, int.MaxValue, stop);
    }

    private static InstalledSlot Slot(string name, string release, long offset) => new(name, release, null, new(0, Guid.Empty, Guid.Empty, $"root-{name}", offset, SlotBytes), null);

    private static byte[] Block(string values) => System.Text.Encoding.ASCII.GetBytes((GrubEnvironment.Signature + values).PadRight(GrubEnvironment.Length, '#'));
}
