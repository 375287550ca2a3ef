using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Qemu.Firmware;
using NUnit.Framework;

namespace Kola.Tests.Machines.Qemu.Firmware;

internal sealed class FirmwareCatalogTests
{
    private string root = null!;

    [SetUp]
    public void Prepare() => root = Directory.CreateTempSubdirectory("kola-test").FullName;

    [TearDown]
    public void Clean() => Directory.Delete(root, recursive: true);

    private void Put(string path, string content = "")
    {
        Directory.CreateDirectory(Path.GetDirectoryName(root + path)!);
        File.WriteAllText(root + path, content);
    }

    private FirmwareCatalog Locate(string? code = null, string? variables = null) =>
        FirmwareCatalog.Locate(name => name == "KOLA_OVMF_CODE" ? code : name == "KOLA_OVMF_VARS" ? variables : null, root);

    private void Describe(string name, string code, string variables, string format, string features) =>
        Put($"/usr/share/qemu/firmware/{name}.json", $$"""
            {"interface-types": ["uefi"], "features": [{{features}}],
             "mapping": {"device": "flash", "executable": {"filename": "{{code}}", "format": "{{format}}"}, "nvram-template": {"filename": "{{variables}}", "format": "{{format}}"} },
             "targets": [{"architecture": "x86_64", "machines": ["pc-q35-*"]}]}
            """);

    [TestCase("/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd", TestName = "Debian")]
    [TestCase("/usr/share/edk2/x64/OVMF_CODE.4m.fd", "/usr/share/edk2/x64/OVMF_VARS.4m.fd", TestName = "Arch")]
    [TestCase("/usr/share/edk2/ovmf/OVMF_CODE.fd", "/usr/share/edk2/ovmf/OVMF_VARS.fd", TestName = "Fedora")]
    public void Firmware_is_found_where_a_distribution_has_it(string code, string variables)
    {
        Put(code);
        Put(variables);
        Locate().Uefi.Should().Be(new FirmwareImage(root + code, root + variables, "raw", NeedsSmm: false));
    }

    [Test]
    public void Descriptors_come_first_and_tell_secure_boot_and_format()
    {
        Put("/usr/share/OVMF/OVMF_CODE_4M.fd");
        Put("/usr/share/OVMF/OVMF_VARS_4M.fd");
        foreach (var file in new[] { "/fw/code.qcow2", "/fw/vars.qcow2", "/fw/sb.qcow2", "/fw/sbvars.qcow2" })
            Put(file);
        Describe("30-secure", "/fw/sb.qcow2", "/fw/sbvars.qcow2", "qcow2", "\"secure-boot\", \"enrolled-keys\", \"requires-smm\"");
        Describe("40-tdx", "/fw/code.qcow2", "/fw/vars.qcow2", "qcow2", "\"intel-tdx\"");
        Describe("50-plain", "/fw/code.qcow2", "/fw/vars.qcow2", "qcow2", "\"acpi-s3\"");
        Put("/usr/share/qemu/firmware/10-broken.json", "{");
        Locate().Should().Be(new FirmwareCatalog(
            new(root + "/fw/code.qcow2", root + "/fw/vars.qcow2", "qcow2", NeedsSmm: false),
            new(root + "/fw/sb.qcow2", root + "/fw/sbvars.qcow2", "qcow2", NeedsSmm: true)));
    }

    [Test]
    public void A_descriptor_of_missing_files_is_passed_over()
    {
        Describe("50-plain", "/fw/code.fd", "/fw/vars.fd", "raw", "");
        Locate().Uefi.Should().BeNull();
    }

    [Test]
    public void A_host_without_firmware_is_told_the_package()
    {
        var nothing = Locate();
        nothing.For(FirmwareKind.Bios).Should().BeNull();
        nothing.Invoking(n => n.For(FirmwareKind.Uefi)).Should().Throw<HostException>().WithMessage("*ovmf*KOLA_OVMF_CODE*");
        nothing.Invoking(n => n.For(FirmwareKind.UefiSecureBoot)).Should().Throw<HostException>().WithMessage("*Secure Boot*");
    }

    [Test]
    public void The_variables_override_and_belong_together()
    {
        Put("/mine/code");
        Put("/mine/vars");
        Locate(root + "/mine/code", root + "/mine/vars").Uefi!.Code.Should().Be(root + "/mine/code");
        FluentActions.Invoking(() => Locate(root + "/mine/code")).Should().Throw<InputException>().WithMessage("*KOLA_OVMF_VARS*");
        FluentActions.Invoking(() => Locate(root + "/mine/code", "/nowhere")).Should().Throw<InputException>().WithMessage("*/nowhere*");
    }
}
