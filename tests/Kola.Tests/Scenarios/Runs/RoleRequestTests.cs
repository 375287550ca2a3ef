using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Images.Catalog;
using Kola.Scenarios.Runs;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Runs;

/// <summary>Which release plays which role.</summary>
internal sealed class RoleRequestTests
{
    private TemporaryFolder folder = null!;
    private ImageCatalog catalog = null!;

    [SetUp]
    public void Prepare()
    {
        folder = new();
        catalog = ImageCatalog.Load(folder.Write("catalog.yaml", """
            roles: {previous: my-os:1, candidate: my-os:2, next: my-os:3, oldest: [my-os:0.9, my-os:1]}
            images:
              my-os: {build: {recipe: my-os}, architecture: x86_64, firmware: uefi, provisioning: none, adapter: systemd, user: root}
              other: {build: {recipe: other}, architecture: x86_64, firmware: uefi, provisioning: none, adapter: systemd, user: root}
              fixed: {release: "7", url: 'https://example.test/x.img', sha256: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, architecture: x86_64, firmware: uefi, provisioning: none, adapter: systemd, user: root}
            """));
    }

    [TearDown]
    public void Clean() => folder.Dispose();

    [Test]
    public void Without_options_the_catalogs_releases_play() =>
        Cast(new()).Should().Equal("oldest my-os:0.9 0.9", "oldest my-os:1 1", "previous my-os:1 1", "candidate my-os:2 2", "next my-os:3 3");

    [Test]
    public void A_releases_folder_says_itself_what_it_is()
    {
        var (previous, candidate) = (Release("my-os", "41.20261101.0"), Release("my-os", "41.20261115.0"));

        Cast(new() { Previous = previous, Candidate = candidate })
            .Should().Contain($"previous {previous} 41.20261101.0 given").And.Contain($"candidate {candidate} 41.20261115.0 given");
    }

    [Test]
    public void What_comes_after_a_candidate_is_made_from_it_where_the_catalogs_next_is_older()
    {
        var roles = new RoleRequest { Candidate = "my-os:41.20261115.0" }.Cast(catalog);

        roles.Find("next")!.Version.Should().Be("41.20261115.0.1");
        roles.Find("next")!.Made!.Version.Should().Be("41.20261115.0");
    }

    [Test]
    public void Nothing_can_be_made_of_a_candidate_that_has_no_recipe() => new RoleRequest { Candidate = "fixed" }.Cast(catalog).Find("next").Should().BeNull();

    [Test]
    public void The_catalogs_releases_of_another_image_do_not_play_beside_a_candidate() =>
        Cast(new() { Candidate = "other:5" }).Should().Equal("candidate other:5 5 given", "next other:5.1 5.1 made");

    [Test]
    public void A_release_in_the_field_that_is_not_older_than_the_candidate_is_refused() =>
        Refused(new() { Previous = "my-os:2", Candidate = "my-os:2" }).Should().Be("--previous: version 2 is not older than the candidate's, 2; expected one that is (order of versions: UAPI.10)");

    [Test]
    public void A_next_release_that_is_older_is_refused() => Refused(new() { Next = "my-os:1.5" }).Should().Contain("--next: version 1.5 is not newer than the candidate's, 2");

    [Test]
    public void Two_releases_of_different_images_are_refused() => Refused(new() { Previous = "other:1" }).Should().Contain("other:1 is a release of other, and the candidate is one of my-os");

    [Test]
    public void A_reference_without_a_release_is_refused_with_the_form_that_is_expected() =>
        Refused(new() { Candidate = "my-os" }).Should().Be("--candidate my-os: 'my-os' does not say which release; expected my-os:RELEASE, or a release's folder");

    [Test]
    public void An_unknown_image_is_refused() => Refused(new() { Candidate = "mine:3" }).Should().StartWith("--candidate mine:3: no image is named 'mine' in ").And.Contain("expected NAME:RELEASE with one of my-os, other, fixed");

    [Test]
    public void A_version_that_the_update_tool_cannot_carry_is_refused_by_name()
    {
        var release = Release("my-os", "41.20261115.0-with-a-branch-and-a-commit", """{"file": "my-os.usr.raw", "kind": "usr", "size": 1, "sha256": "DIGEST"}""");

        Refused(new() { Candidate = release }).Should().StartWith($"--candidate {release}: ").And.Contain("which have 36 characters; 'my-os_41.20261115.0-with-a-branch-and-a-commit' has");
    }

    [Test]
    public void A_folder_that_holds_no_release_is_refused() => Refused(new() { Candidate = folder.Path }).Should().StartWith($"--candidate {folder.Path}: ").And.Contain("release.json");

    private string[] Cast(RoleRequest request) =>
        [.. request.Cast(catalog).Played.Select(role => $"{role.Role} {role.Reference} {role.Version}{(role.Given ? " given" : "")}{(role.Made is null ? "" : " made")}")];

    private string Refused(RoleRequest request) => request.Invoking(r => r.Cast(catalog)).Should().Throw<InputException>().Which.Message;

    private string Release(string image, string version, string artifact = "")
    {
        folder.Write($"{version}/release.json", $$"""
            {"schema": 1, "image": "{{image}}", "version": "{{version}}", "architecture": "x86_64", "firmware": "uefi",
             "disk": {"file": "disk.raw", "format": "raw", "sha256": "{{new string('a', 64)}}", "virtualSize": 1048576}, "artifacts": [{{artifact.Replace("DIGEST", new string('b', 64), StringComparison.Ordinal)}}]}
            """);
        return Path.Combine(folder.Path, version);
    }
}
