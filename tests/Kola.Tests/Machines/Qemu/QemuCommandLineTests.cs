using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Host;
using Kola.Machines.Qemu;
using Kola.Machines.Qemu.Firmware;
using NUnit.Framework;

namespace Kola.Tests.Machines.Qemu;

internal sealed class QemuCommandLineTests
{
    private static readonly MachinePaths Paths = new("/run/k/m1", "/state/m1", "/logs/one");
    private static readonly MachineSpec Plain = new() { Name = "one", Image = new("/images/os.raw", DiskFormat.Raw) };

    /// <summary>One option a line, with its value.</summary>
    private static string Build(MachineSpec spec, string version = "10.0.2", AcceleratorKind kind = AcceleratorKind.Tcg, FirmwareImage? firmware = null) =>
        string.Concat(QemuCommandLine.Build(spec, new("/usr/bin/qemu", new Version(version)), new(kind, ""), firmware, Paths, "/usr/bin/socat")
            .Select((word, index) => (word.StartsWith('-') ? index == 0 ? "" : "\n" : " ") + word));

    [Test]
    public void A_plain_machine_under_emulation() => Build(Plain).Should().Be(
        """
        -name one
        -nodefaults
        -no-user-config
        -machine q35,smm=off,vmport=off,usb=off
        -accel tcg
        -cpu max
        -smp 2
        -m 1024M
        -display none
        -device virtio-rng-pci
        -device vmgenid,guid=auto
        -device i6300esb
        -action watchdog=reset
        -msg timestamp=on
        -drive if=none,id=boot,file=/state/m1/boot.qcow2,format=qcow2,cache=unsafe,discard=unmap,detect-zeroes=unmap
        -device virtio-blk-pci,drive=boot,serial=boot,bootindex=1
        -netdev user,id=net0,restrict=on,hostfwd=tcp:127.0.0.1:0-:22
        -device virtio-net-pci,netdev=net0,mac=52:54:00:76:92:c3,romfile=
        -chardev socket,id=console,path=/run/k/m1.con,server=off
        -serial chardev:console
        -chardev socket,id=qmp,path=/run/k/m1.qmp,server=off
        -mon chardev=qmp,mode=control
        -S
        """);

    [Test]
    public void A_machine_whose_writes_are_recorded_has_the_log_above_its_boot_disk_alone_and_sees_each_flush()
    {
        var words = QemuCommandLine.Build(
            Plain with { ExtraDisks = [new("data", 1 << 30)] }, new("/usr/bin/qemu", new Version("10.0.2")), new(AcceleratorKind.Tcg, ""), null, Paths, null, writeLog: "/runs/a,b/writes.log");

        words.Where(word => word.StartsWith("if=none", StringComparison.Ordinal)).Should().Equal(
            "if=none,id=boot,driver=blklogwrites,cache=writeback,discard=unmap,log-sector-size=512,file.driver=qcow2,file.file.driver=file,file.file.filename=/state/m1/boot.qcow2,"
                + "file.cache.no-flush=on,file.discard=unmap,file.detect-zeroes=unmap,log.driver=file,log.filename=/runs/a,,b/writes.log,log.cache.no-flush=on",
            "if=none,id=disk0,file=/state/m1/disk0.qcow2,format=qcow2,cache=unsafe,discard=unmap,detect-zeroes=unmap");
    }

    [Test]
    public void A_machine_with_everything_under_KVM() => Build(
        Plain with
        {
            Cpus = 4,
            MemoryBytes = (2L << 30) + 1,
            Tpm = true,
            Graphics = true,
            JournalPort = true,
            BootBus = DiskBus.Nvme,
            ExtraDisks = [new("data,1", 1 << 30), new("two", 1 << 30, DiskBus.Scsi)],
            Network = new() { Internet = true, SshPort = 2222, ExtraNics = 1, Served = [new("10.0.2.100", 80, 8080)], Lab = [new("lab", "/run/k/lab,1.0")] },
            Attachments =
            [
                new QemuAttachment.FwCfg("opt/com.coreos/config", []), new QemuAttachment.SmbiosOemString("x"),
                new QemuAttachment.SeedDisk("cidata", new Dictionary<string, byte[]>()),
            ],
        },
        kind: AcceleratorKind.Kvm,
        firmware: new("/fw/code.fd", "/fw/vars.fd", "raw", NeedsSmm: true)).Should().Be(
        """
        -name one
        -nodefaults
        -no-user-config
        -machine q35,smm=on,vmport=off,usb=off
        -accel kvm
        -cpu host
        -smp 4
        -m 2049M
        -display none
        -device virtio-rng-pci
        -device vmgenid,guid=auto
        -device i6300esb
        -action watchdog=reset
        -msg timestamp=on
        -device VGA
        -global driver=cfi.pflash01,property=secure,value=on
        -drive if=pflash,unit=0,format=raw,readonly=on,file=/fw/code.fd
        -drive if=pflash,unit=1,format=raw,file=/state/m1/vars.fd
        -chardev socket,id=tpm,path=/run/k/m1.tpm
        -tpmdev emulator,id=tpm0,chardev=tpm
        -device tpm-crb,tpmdev=tpm0
        -device virtio-scsi-pci,id=scsi
        -drive if=none,id=boot,file=/state/m1/boot.qcow2,format=qcow2,cache=unsafe,discard=unmap,detect-zeroes=unmap
        -device nvme,drive=boot,serial=boot,bootindex=1
        -drive if=none,id=disk0,file=/state/m1/disk0.qcow2,format=qcow2,cache=unsafe,discard=unmap,detect-zeroes=unmap
        -device virtio-blk-pci,drive=disk0,serial=data,,1
        -drive if=none,id=disk1,file=/state/m1/disk1.qcow2,format=qcow2,cache=unsafe,discard=unmap,detect-zeroes=unmap
        -device scsi-hd,bus=scsi.0,drive=disk1,serial=two
        -netdev user,id=net0,hostfwd=tcp:127.0.0.1:0-:2222,guestfwd=tcp:10.0.2.100:80-cmd:/usr/bin/socat STDIO TCP4:127.0.0.1:8080
        -device virtio-net-pci,netdev=net0,mac=52:54:00:76:92:c3,romfile=
        -netdev user,id=net1,net=10.0.3.0/24,restrict=on
        -device virtio-net-pci,netdev=net1,mac=52:54:00:76:92:c4,romfile=
        -netdev stream,id=net2,server=off,addr.type=unix,addr.path=/run/k/lab,,1.0
        -device virtio-net-pci,netdev=net2,mac=52:54:00:76:92:c5,romfile=
        -fw_cfg name=opt/com.coreos/config,file=/state/m1/attachment0
        -smbios type=11,path=/state/m1/attachment1
        -drive if=none,id=seed2,file=/state/m1/attachment2,format=raw,readonly=on
        -device virtio-blk-pci,drive=seed2,serial=seed2
        -chardev socket,id=journal,path=/run/k/m1.jnl,server=off
        -device virtio-serial-pci,id=ports,max_ports=2
        -device virtserialport,bus=ports.0,nr=1,chardev=journal,name=org.kola.journal
        -chardev socket,id=console,path=/run/k/m1.con,server=off
        -serial chardev:console
        -chardev socket,id=qmp,path=/run/k/m1.qmp,server=off
        -mon chardev=qmp,mode=control
        -S
        """);

    [TestCase("8.1", "-smbios type=11,path=/state/m1/attachment0")]
    [TestCase("8.2", "-smbios type=11,value=a=b,,c")]
    [TestCase("9.1.3", "-smbios type=11,value=a=b,,c")]
    [TestCase("9.2", "-smbios type=11,path=/state/m1/attachment0")]
    public void An_OEM_string_is_handed_over_by_file_where_QEMU_can(string version, string expected) =>
        Build(Plain with { Firmware = FirmwareKind.Bios, Attachments = [new QemuAttachment.SmbiosOemString("a=b,c")] }, version).Should().Contain(expected + "\n");

    [TestCase(AcceleratorKind.Tcg, true, true)]
    [TestCase(AcceleratorKind.Tcg, false, false)]
    [TestCase(AcceleratorKind.Kvm, true, false)]
    public void An_emulated_guest_checks_no_timer_where_its_boot_loader_can_be_told(AcceleratorKind kind, bool uefi, bool told) =>
        Build(Plain, kind: kind, firmware: uefi ? new("/fw/code.fd", "/fw/vars.fd", "raw", NeedsSmm: false) : null).Contains("kernel-cmdline-extra=no_timer_check", StringComparison.Ordinal).Should().Be(told);

    [TestCase(DiskBus.VirtioBlk, "-device virtio-blk-pci,drive=boot,serial=boot,bootindex=1,logical_block_size=4096,physical_block_size=4096")]
    [TestCase(DiskBus.Scsi, "-device scsi-hd,bus=scsi.0,drive=boot,serial=boot,bootindex=1,logical_block_size=4096,physical_block_size=4096")]
    public void A_disk_of_large_sectors_is_shown_as_one(DiskBus bus, string expected) =>
        Build(Plain with { BootBus = bus, Image = Plain.Image with { SectorBytes = 4096 } }).Should().Contain(expected);

    [Test]
    public void Commas_in_paths_are_no_separators_of_options()
    {
        var paths = new MachinePaths("/run,mark/m1", "/state,mark/m1", "/logs,mark/one");
        var spec = Plain with
        {
            Name = "one,mark",
            Tpm = true,
            JournalPort = true,
            ExtraDisks = [new("data,mark", 1 << 30)],
            Network = new() { Served = [new("10.0.2.100", 80, 8080)], Lab = [new("lab", "/run,mark/lab")] },
            Attachments = [new QemuAttachment.FwCfg("opt/a,mark", []), new QemuAttachment.SmbiosOemString("x"), new QemuAttachment.SeedDisk("cidata", new Dictionary<string, byte[]>())],
        };

        var words = QemuCommandLine.Build(spec, new("/usr/bin/qemu", new Version("10.0.2")), new(AcceleratorKind.Tcg, ""), new("/fw,mark/code.fd", "/fw,mark/vars.fd", "raw", NeedsSmm: true), paths, "/usr bin,mark/socat", new GuestMemory("/state,mark/memory", Shared: true));

        string[] marked = [.. words.Where(word => word.Contains("mark", StringComparison.Ordinal))];
        marked.Should().HaveCountGreaterThan(12).And.OnlyContain(word => word.Replace(",,mark", "", StringComparison.Ordinal).Contains(",mark", StringComparison.Ordinal) == false);
        marked.Should().ContainSingle(word => word.Contains("-cmd:'/usr bin,,mark/socat' STDIO "), "QEMU splits the command as a shell does");
    }

    [TestCase("7.2.22", "-cpu max,cx16=off")]
    [TestCase("8.0", "-cpu max\n")]
    public void The_emulation_defect_of_QEMU_7_is_masked(string version, string cpu) => (Build(Plain, version) + "\n").Should().Contain(cpu);

    [TestCase("plain-1.2_3/=,:+@%", "plain-1.2_3/=,:+@%")]
    [TestCase("", "''")]
    [TestCase("a b", "'a b'")]
    [TestCase("it's $x", @"'it'\''s $x'")]
    public void Words_are_quoted_for_a_shell(string word, string quoted) => ShellQuote.Word(word).Should().Be(quoted);

    [TestCase("QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18+b3)\nCopyright", "7.2.22")]
    [TestCase("QEMU emulator version 9.1.0\n", "9.1.0")]
    public void The_version_is_read(string said, string version) => QemuInstallation.ParseVersion("qemu", said, "").ToString().Should().Be(version);

    [TestCase("QEMU emulator version 6.2.0")]
    [TestCase("hello")]
    public void An_old_or_strange_QEMU_is_refused(string said) =>
        FluentActions.Invoking(() => QemuInstallation.ParseVersion("/usr/bin/qemu", said, "")).Should().Throw<HostException>().WithMessage("/usr/bin/qemu*install*");
}
