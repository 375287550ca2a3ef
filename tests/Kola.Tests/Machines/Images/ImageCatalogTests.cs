using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Capabilities;
using Kola.Machines.Images.Catalog;
using Kola.Tests.Yaml;
using NJsonSchema;
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

    [Test]
    public void An_image_declares_what_it_can()
    {
        var catalog = Load($$"""
            images:
              a: {file: x, capabilities: [ignition, tpm], {{Rest}}}
              b: {file: y, {{Rest}}}
            """);

        catalog.Find("a")!.Capabilities.Should().BeEquivalentTo([Capability.Ignition, Capability.Tpm]);
        catalog.Find("b")!.Capabilities.Should().BeEmpty();
    }

    [TestCase("adapter: ./my-adapter, capabilities: [atomic-slots, user-space-reboot]", null)]
    [TestCase("adapter: /opt/my-adapter", null)]
    [TestCase("adapter: adapters/mine", "'adapters/mine' is neither an adapter's name nor the path of an adapter program, which begins with ./ or /; write './adapters/mine'")]
    [TestCase("adapter: ./my-adapter, capabilities: [verity, tpm]", "adapter ./my-adapter cannot show verity; remove it, or use an adapter that can")]
    public void An_adapter_may_be_a_program(string written, string? problem)
    {
        var load = () => Load($"images:\n  a: {{file: x, architecture: x86_64, firmware: uefi, provisioning: none, user: root, {written}}}\n");

        if (problem is null)
            load().Find("a")!.Adapter.Should().EndWith("/my-adapter");
        else
            load.Should().Throw<InputException>().WithMessage($"*{problem}*");
    }

    [Test]
    public void Roles_name_images_and_a_role_that_is_left_out_has_none()
    {
        var catalog = Load($$"""
            images:
              a: {file: x, {{Rest}}}
            roles: {previous: a:1, candidate: ./releases/a, oldest: [a:0, a:1]}
            """);

        catalog.Roles.Should().BeEquivalentTo(new Dictionary<string, IReadOnlyList<string>>
        {
            ["previous"] = ["a:1"],
            ["candidate"] = ["./releases/a"],
            ["oldest"] = ["a:0", "a:1"],
        });
    }

    [Test]
    public void The_shipped_catalog_declares_roles_and_what_the_built_images_can()
    {
        var catalog = ImageCatalog.Load(Path.Combine(Checkout.Root, "images", "catalog.yaml"));

        catalog.Roles.Should().ContainKeys(RolesDefinition.Names);
        catalog.Find("kola-os")!.Capabilities.Should().Contain([Capability.AutomaticRollback, Capability.SignedUpdates, Capability.Verity]);
        catalog.Find("rauc-os")!.Capabilities.Should().Contain(Capability.AutomaticRollback).And.NotContain(Capability.Verity);
        catalog.Find("debian-cloud")!.Capabilities.Should().Contain(Capability.CloudInit).And.NotContain(Capability.SelfUpdate);
    }

    [TestCase("image: {}", "1:1: *unknown key 'image'*did you mean 'images'?*")]
    [TestCase("images: [a]", "1:9: got a list; expected a mapping*")]
    [TestCase("images: {a: {file: x, " + Rest + "", "*:*: not YAML: *")]
    [TestCase("", "1:1: the file is empty; expected an image catalog")]
    [TestCase("images: {a: 5}", "1:13: got '5'; expected a mapping of *")]
    [TestCase("images:\n  a b: {file: x, " + Rest + "}", "2:3: got key 'a b'; expected an image name of letters, digits, dots and dashes")]
    [TestCase("images:\n  a: {file: x, " + Rest + "}\n  a: {file: x, " + Rest + "}", "3:3: duplicate key 'a' (first at line 2)")]
    [TestCase("images:\n  a: {" + Rest + "}", "2:6: neither 'build' nor 'file' nor 'url' is given; expected one of them")]
    [TestCase("images:\n  a: {file: x, build: {recipe: b}, " + Rest + "}", "2:16: both 'file' and 'build' are given; expected one of them")]
    [TestCase("images:\n  a: {file: x, sha256: " + Digest + ", " + Rest + "}", "2:16: 'sha256' is given without 'url'; expected both, or neither")]
    [TestCase("images:\n  a: {url: 'https://example.org/a', " + Rest + "}", "2:7: neither 'sha256' nor 'sha512' nor 'checksums' is given with 'url'; expected one of them")]
    [TestCase("images:\n  a: {url: 'https://example.org/a', sha256: abc, " + Rest + "}", "2:45: got 'abc'; expected 64 hex digits")]
    [TestCase("images:\n  a: {url: ftp://example.org/a, sha256: " + Digest + ", " + Rest + "}", "2:12: got 'ftp://example.org/a'; expected an http:// or https:// address")]
    [TestCase("images:\n  a: {url: a.qcow2, sha256: " + Digest + ", " + Rest + "}", "2:12: got 'a.qcow2'; expected an http:// or https:// address")]
    [TestCase("images:\n  a: {build: kola-os, " + Rest + "}", "2:14: got 'kola-os'; expected a mapping of recipe")]
    [TestCase("images:\n  a: {build: {recipe: b}, release: 1, " + Rest + "}", "2:36: *many releases; remove 'release', and name one where the image is used*")]
    [TestCase("images:\n  a: {file: x, architecture: x86_64, firmware: efi, provisioning: none, adapter: s, user: r}", "2:48: got 'efi'; expected one of uefi, bios; did you mean 'uefi'?")]
    [TestCase("images:\n  a: {file: x, firmware: uefi, provisioning: none, adapter: s, user: r}", "2:6: key 'architecture' is missing; expected one of x86_64, aarch64")]
    [TestCase("images:\n  a: {file: x, architecture: x86_64, firmware: uefi, provisioning: none, adapter: s, user: }", "2:*: no value; expected the user to log in as")]
    [TestCase("images:\n  a: {file: x, usr: r, " + Rest + "}", "2:16: unknown key 'usr'; expected *did you mean 'user'?")]
    [TestCase("images:\n  a: {file: x, fwCfg: config, architecture: x86_64, firmware: uefi, provisioning: ignition, adapter: s, user: r}", "2:23: got 'config'; expected opt/*")]
    [TestCase("images:\n  a: {file: x, fwCfg: opt/a, " + Rest + "}", "2:23: 'fwCfg' applies only to Ignition; *")]
    [TestCase("images:\n  a: {file: x, consoleFaults: [{name: n, regex: '('}], " + Rest + "}", "2:*'(' is not a valid regular expression*")]
    [TestCase("images:\n  a: {file: x, releaseStarted: '(', " + Rest + "}", "2:*'(' is not a valid regular expression*")]
    [TestCase("images:\n  a: {file: x, releaseStarted: 'starting (?<release>.)', " + Rest + "}", "2:32: expected the groups 'release' and 'entry'*")]
    [TestCase("images:\n  a: {file: x, consoleFaults: [{name: n}], " + Rest + "}", "2:32: key 'regex' is missing*")]
    [TestCase("images:\n  a: {file: x, firmware: uefi-secure-boot, architecture: x86_64, provisioning: none, adapter: s, user: r}", "2:26: got 'uefi-secure-boot'; expected one of uefi, bios*")]
    [TestCase("images:\n  a: {file: x, signature: {url: 'https://example.org/a.gpg', key: k}, " + Rest + "}", "2:16: 'signature' is given without 'url'; *")]
    [TestCase("images:\n  a: {url: 'https://example.org/a', sha256: " + Digest + ", signature: {url: 'https://example.org/a.gpg', key: k, of: checksums}, " + Rest + "}", "2:*'of: checksums' needs a checksum file*")]
    [TestCase("images:\n  next: {file: x, " + Rest + "}", "2:3: an image cannot be named 'next', which scenarios use for a role*")]
    [TestCase("images:\n  a: {file: x, " + Rest + "}\nroles: {previous: b:1}", "3:19: no image is named 'b'; expected one of a, or a path with a slash*")]
    [TestCase("images:\n  a: {file: x, " + Rest + "}\nroles: {oldest: [a, a:1, b]}", "3:26: no image is named 'b'*")]
    [TestCase("images:\n  a: {file: x, " + Rest + "}\nroles: {newest: a}", "3:9: unknown key 'newest'; expected *")]
    [TestCase("images:\n  a: {file: x, capabilities: [verify], " + Rest + "}", "2:*got 'verify'; expected one of self-update, *did you mean 'verity'?")]
    [TestCase("images:\n  a: {file: x, capabilities: [ignition, automatic-rollback], " + Rest + "}", "2:30: adapter systemd cannot show automatic-rollback; remove it, *")]
    [TestCase("images:\n  a: {file: x, capabilities: [ignition, ignition], " + Rest + "}", "2:30: duplicate ignition; *")]
    [TestCase("images:\n  a: {file: x, capabilities: [uefi], architecture: x86_64, firmware: bios, provisioning: none, adapter: systemd, user: r}", "2:30: an image with 'firmware: bios' cannot have uefi; *")]
    [TestCase("images:\n  a: {file: x, capabilities: [ignition], architecture: x86_64, firmware: bios, provisioning: none, adapter: sistemd, user: r}", "2:*no guest adapter 'sistemd'*did you mean 'systemd'?")]
    [TestCase("images:\n  a: {file: x, units: {healthy: a.service}, " + Rest + "}", "2:*got key 'healthy'; expected one of ssh, boot-complete, health, *")]
    [TestCase("images:\n  a: {file: x, units: {health: a}, " + Rest + "}", "2:*got 'a'; expected the full name of a unit*")]
    [TestCase("images:\n  a: {file: x, consoleSays: {rollback: x}, " + Rest + "}", "2:*got key 'rollback'; expected one of rollback-reported, *")]
    [TestCase("images:\n  a: {file: x, consoleSays: {steady: 'on {version}'}, " + Rest + "}", "2:*'{version}' stands for nothing; *")]
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
            second => second.Should().Contain(":3:6: neither 'build' nor 'file' nor 'url' is given"));
    }

    [Test]
    public void The_checked_in_schema_is_what_the_loader_accepts()
    {
        var current = File.ReadAllText(Path.Combine(Checkout.Root, "images", ImageCatalog.SchemaFileName)) == ImageCatalog.Schema();

        current.Should().BeTrue("the schema is derived from the catalog's records, which have changed; run: ci/kola schema catalog > images/catalog.schema.json");
    }

    [Test]
    public async Task The_shipped_catalog_satisfies_its_schema_and_names_it_for_editors()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "images", "catalog.yaml"));
        var schema = await JsonSchema.FromJsonAsync(ImageCatalog.Schema());

        schema.Validate(YamlDocuments.ToJson(text).ToJsonString()).Should().BeEmpty();
        text.Should().StartWith($"# yaml-language-server: $schema={ImageCatalog.SchemaFileName}\n");
    }

    [TestCase("images: {a: {" + Rest + "}}")]
    [TestCase("images: {a: {file: x, build: {recipe: b}, " + Rest + "}}")]
    [TestCase("images: {a: {file: x, sha256: " + Digest + ", " + Rest + "}}")]
    [TestCase("images: {a: {url: 'https://example.org/a', " + Rest + "}}")]
    [TestCase("images: {a: {url: 'https://example.org/a', sha256: abc, " + Rest + "}}")]
    [TestCase("images: {a: {url: a.qcow2, sha256: " + Digest + ", " + Rest + "}}")]
    [TestCase("images: {a: {file: x, usr: r, " + Rest + "}}")]
    [TestCase("images: {a: {file: x, capabilities: [verify], " + Rest + "}}")]
    [TestCase("images: {a: {file: x, " + Rest + "}}\nroles: {newest: a}")]
    [TestCase("images: {a: {file: x, signature: {url: 'https://example.org/a.gpg', key: k}, " + Rest + "}}")]
    public async Task The_schema_refuses_what_the_loader_refuses(string yaml)
    {
        var schema = await JsonSchema.FromJsonAsync(ImageCatalog.Schema());

        schema.Validate(YamlDocuments.ToJson(yaml).ToJsonString()).Should().NotBeEmpty();
        FluentActions.Invoking(() => Load(yaml)).Should().Throw<InputException>();
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
