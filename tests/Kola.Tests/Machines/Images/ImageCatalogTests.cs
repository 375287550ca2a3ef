using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Images.Catalog;
using NUnit.Framework;

namespace Kola.Tests.Machines.Images;

[Parallelizable(ParallelScope.All)]
public sealed class ImageCatalogTests
{
    private const string Rest = "architecture: x86_64, firmware: uefi, provisioning: none, adapter: systemd, user: root";
    private const string Digest = "a0aa13c4c88519c9c3ee6a16101f84c9f4184fc4eb1e687779b31177e540c12e";

    [Test]
    public void The_shipped_catalog_names_the_reference_OS_and_the_public_images()
    {
        var catalog = ImageCatalog.Load(Path.Combine(Checkout.Root, "images", "catalog.yaml"));

        catalog.Entries.Select(entry => entry.Name).Should().Contain(
            ["kola-os", "flatcar-stable", "fedora-coreos-stable", "debian-13", "debian-12", "ubuntu-24.04"]);
        catalog.Find("flatcar-stable")!.FwCfg.Should().Be("opt/org.flatcar-linux/config");
        catalog.Find("kola-os")!.Source.Should().Be(new ImageSource.Build("kola-os"));
        catalog.Entries.Where(entry => entry.Source is ImageSource.Url).Should()
            .OnlyContain(entry => entry.Release != null && ((ImageSource.Url)entry.Source).Address.Scheme == "https");
    }

    [Test]
    public void An_entry_is_read_whole()
    {
        var entry = Load($$"""
            images:
              a:
                url: https://example.org/a.qcow2.xz
                checksums: https://example.org/SHA256SUMS
                signature: {url: "https://example.org/SHA256SUMS.gpg", key: keys/a.asc, of: checksums}
                release: 7.1
                summary: An image
                architecture: aarch64
                firmware: bios
                provisioning: cloud-init
                adapter: systemd
                user: debian
                consoleFaults: [{name: grub-rescue, regex: "^grub rescue>"}]
            """).Entries.Single();

        var source = entry.Source.Should().BeOfType<ImageSource.Url>().Subject;
        source.Digest.Should().Be(new ExpectedDigest.Published(new("https://example.org/SHA256SUMS")));
        source.Signature!.Of.Should().Be(SignedFile.Checksums);
        source.Signature.KeyPath.Should().EndWith("/keys/a.asc").And.StartWith("/");
        (entry.Release, entry.Architecture, entry.Firmware, entry.Provisioning).Should()
            .Be(("7.1", "aarch64", FirmwareKind.Bios, ProvisioningKind.CloudInit));
        entry.ConsoleFaults.Single().Pattern.IsMatch("grub rescue> ").Should().BeTrue();
    }

    [TestCase("image: {}", "1:1: *unknown key 'image'*did you mean 'images'?*")]
    [TestCase("images: [a]", "1:9: *'images'*is a list; expected a mapping")]
    [TestCase("images: {a: {file: x, " + Rest + "", "2:1: *no valid YAML*")]
    [TestCase("", "*expected one mapping with 'images'")]
    [TestCase("images: {a: 5}", "1:13: image 'a' is '5'; expected a mapping")]
    [TestCase("images:\n  a b: {file: x, " + Rest + "}", "2:3: 'a b' is no image name*")]
    [TestCase("images:\n  a: {file: x, " + Rest + "}\n  a: {file: x, " + Rest + "}", "3:3: *uplicate key*")]
    [TestCase("images:\n  a: {" + Rest + "}", "2:6: image 'a' has no source; expected exactly one of build, file, url")]
    [TestCase("images:\n  a: {file: x, build: {recipe: b}, " + Rest + "}", "*build and file; expected exactly one of*")]
    [TestCase("images:\n  a: {file: x, sha256: " + Digest + ", " + Rest + "}", "2:24: *no meaning without 'url'*")]
    [TestCase("images:\n  a: {url: 'https://example.org/a', " + Rest + "}", "2:12: *without a digest; expected exactly one of sha256, sha512, checksums")]
    [TestCase("images:\n  a: {url: 'https://example.org/a', sha256: abc, " + Rest + "}", "2:45: 'abc' is no sha256 digest; expected 64 hex digits, found 3 characters")]
    [TestCase("images:\n  a: {url: ftp://example.org/a, sha256: " + Digest + ", " + Rest + "}", "2:12: *is no address; expected an http:// or https://*")]
    [TestCase("images:\n  a: {url: a.qcow2, sha256: " + Digest + ", " + Rest + "}", "2:12: *is no address*")]
    [TestCase("images:\n  a: {build: kola-os, " + Rest + "}", "2:14: *'kola-os'; expected a mapping")]
    [TestCase("images:\n  a: {build: {recipe: b}, release: 1, " + Rest + "}", "*it has many releases*write a:1*")]
    [TestCase("images:\n  a: {file: x, architecture: x86_64, firmware: efi, provisioning: none, adapter: s, user: r}", "2:*'efi' is no firmware; expected one of uefi, bios; did you mean 'uefi'?")]
    [TestCase("images:\n  a: {file: x, firmware: uefi, provisioning: none, adapter: s, user: r}", "2:6: image 'a' has no 'architecture'; expected one of x86_64, aarch64")]
    [TestCase("images:\n  a: {file: x, architecture: x86_64, firmware: uefi, provisioning: none, adapter: s, user: }", "2:*'user' of image 'a' is empty; expected the user*")]
    [TestCase("images:\n  a: {file: x, usr: r, " + Rest + "}", "2:16: unknown key 'usr' in image 'a'*did you mean 'user'?")]
    [TestCase("images:\n  a: {file: x, fwCfg: config, architecture: x86_64, firmware: uefi, provisioning: ignition, adapter: s, user: r}", "2:23: 'config' is no name of fw_cfg; expected opt/*")]
    [TestCase("images:\n  a: {file: x, fwCfg: opt/a, " + Rest + "}", "2:23: 'fwCfg' has no meaning without Ignition*")]
    [TestCase("images:\n  a: {file: x, consoleFaults: [{name: n, regex: '('}], " + Rest + "}", "2:*'(' is no regular expression*")]
    [TestCase("images:\n  a: {file: x, releaseStarted: '(', " + Rest + "}", "2:*'(' is no regular expression*")]
    [TestCase("images:\n  a: {file: x, releaseStarted: 'starting (?<release>.)', " + Rest + "}", "2:*does not say which part is the release*")]
    [TestCase("images:\n  a: {file: x, consoleFaults: [{name: n}], " + Rest + "}", "2:32: a console fault has no 'regex'*")]
    public void A_mistake_is_named_with_its_place_and_what_was_expected(string yaml, string message)
    {
        var load = () => Load(yaml);

        load.Should().Throw<InputException>().WithMessage($"*/catalog.yaml:{message}");
    }

    [Test]
    public void All_mistakes_are_named_at_once_in_the_files_order()
    {
        var load = () => Load($"images:\n  a: {{file: x, usr: r, {Rest}}}\n  b: {{{Rest}}}\n");

        load.Should().Throw<InputException>().Which.Message.Split('\n').Should().SatisfyRespectively(
            first => first.Should().Contain(":2:16: unknown key 'usr'"),
            second => second.Should().Contain(":3:6: image 'b' has no source"));
    }

    [Test]
    public void A_missing_catalog_is_an_input_error()
    {
        var load = () => ImageCatalog.Load("/nonexistent/catalog.yaml");

        load.Should().Throw<InputException>().WithMessage("/nonexistent/catalog.yaml: *run kola from a checkout*");
    }

    private static ImageCatalog Load(string yaml)
    {
        using var folder = new TemporaryFolder();
        return ImageCatalog.Load(folder.Write("catalog.yaml", yaml));
    }
}
