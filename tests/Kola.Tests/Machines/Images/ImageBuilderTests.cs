using CliWrap;
using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Images;
using Kola.Machines.Images.Building;
using Kola.Machines.Images.Catalog;
using NUnit.Framework;

namespace Kola.Tests.Machines.Images;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ImageBuilderTests : IDisposable
{
    /// <summary>A recipe that makes a whole release of a few bytes, and counts its runs.</summary>
    private const string Sound = """
        #!/bin/sh
        set -eu
        while [ $# -gt 0 ]; do
          case $1 in --release) release=$2 ;; --output) output=$2 ;; --work) work=$2 ;; --shared) echo "shared: $2" ;; --tree) echo "tree: $2" ;; *) exit 2 ;; esac
          shift 2
        done
        echo "base: installing the packages"
        mkdir -p "$work/keys" && [ -e "$work/keys/public.gpg" ] || echo key >"$work/keys/public.gpg"
        echo "$release" >>"$work/runs"
        printf '%-512s' "$release" >"$output/disk.raw"
        echo "$release" >"$output/kola-os_$release.efi"
        cd "$output"
        sum() { sha256sum "$1" | cut -d' ' -f1; }
        sha256sum "kola-os_$release.efi" >SHA256SUMS && : >SHA256SUMS.gpg
        cat >release.json <<X
        {"schema":1,"image":"kola-os","version":"$release","architecture":"x86_64","firmware":"uefi",
         "disk":{"file":"disk.raw","format":"raw","sha256":"$(sum disk.raw)","virtualSize":512},
         "artifacts":[{"file":"kola-os_$release.efi","kind":"uki","size":$((${#release}+1)),"sha256":"$(sum "kola-os_$release.efi")"}],"builtFrom":{}}
        X
        """;

    private readonly TemporaryFolder folder = new();
    private readonly List<ImageProgress> progress = [];

    [SetUp]
    public Task WriteRecipeAsync() => RecipeAsync(Sound);

    public void Dispose() => folder.Dispose();

    [Test]
    public async Task Releases_are_built_checked_and_found_by_the_store()
    {
        var built = await BuildAsync("1", "2");

        built.Select(release => (release.Manifest.Version, release.Kept)).Should().Equal(("1", false), ("2", false));
        progress.Should().Contain(new ImageProgress("kola-os:1", ImagePhase.Building, Detail: "base: installing the packages"));
        (await Store().ResolveAsync("kola-os", null, CancellationToken.None)).Release.Should().Be("2");
        Store().List().Where(listing => listing.Name == "kola-os").Select(listing => (listing.Release, listing.Size)).Should().Equal(("1", 512L), ("2", 512L));
        (await Store().InspectAsync("kola-os:1", CancellationToken.None)).Manifest!.Artifacts.Single().File.Should().Be("kola-os_1.efi");
        Leftovers().Should().BeEmpty();
    }

    [Test]
    public async Task What_is_there_is_kept_unless_forced()
    {
        await BuildAsync("1");
        (await BuildAsync("1")).Single().Kept.Should().BeTrue();
        (await BuildAsync(new BuildOptions { Force = true }, "1")).Single().Kept.Should().BeFalse();

        Runs().Should().Equal("1", "1");
    }

    [Test]
    public async Task A_release_of_a_changed_recipe_is_built_again_but_its_readme_is_no_change()
    {
        await BuildAsync("1");
        folder.Write("images/kola-os/README.md", "words");
        (await BuildAsync("1")).Single().Kept.Should().BeTrue();
        folder.Write("images/kola-os/base/mkosi.conf", "[Content]");
        (await BuildAsync("1")).Single().Kept.Should().BeFalse();
    }

    [Test]
    public async Task A_release_is_built_again_when_what_recipes_share_has_changed()
    {
        await BuildAsync("1");
        folder.Write("images/lib/tools/mkosi.conf", "[Content]");
        (await BuildAsync("1")).Single().Kept.Should().BeFalse();
        (await BuildAsync("1")).Single().Kept.Should().BeTrue();
    }

    [Test]
    public async Task What_recipes_build_with_has_one_place_for_all_of_them()
    {
        await BuildAsync("1");
        progress.Should().Contain(step => step.Detail == $"shared: {folder["state/work/shared"]}");
    }

    [TestCase("1.2-rc1")]
    [TestCase("2026.10.03")]
    public async Task A_version_has_dots_and_dashes(string version) =>
        (await BuildAsync(version)).Single().Manifest.Version.Should().Be(version);

    [Test]
    public async Task Bundles_that_carry_their_signature_need_none_beside_them()
    {
        await RecipeAsync(Sound.Replace("SHA256SUMS && : >SHA256SUMS.gpg", "SHA256SUMS", StringComparison.Ordinal));
        await FluentActions.Awaiting(() => BuildAsync("1")).Should().ThrowAsync<HostException>().WithMessage("*or its signature*is missing*");

        await RecipeAsync(Sound
            .Replace("SHA256SUMS && : >SHA256SUMS.gpg", "SHA256SUMS", StringComparison.Ordinal)
            .Replace("\"kind\":\"uki\"", "\"kind\":\"bundle\"", StringComparison.Ordinal));
        (await BuildAsync("1")).Single().Manifest.Artifacts.Single().Kind.Should().Be("bundle");
    }

    [Test]
    public async Task A_key_of_any_kind_counts()
    {
        await RecipeAsync(Sound.Replace("public.gpg", "public.pem", StringComparison.Ordinal));
        await BuildAsync("1");
        (await BuildAsync("1")).Single().Kept.Should().BeTrue();
        folder.Write("state/work/kola-os/keys/public.pem", "other");
        (await BuildAsync("1")).Single().Kept.Should().BeFalse();
    }

    [Test]
    public async Task A_release_that_another_key_signed_or_that_is_damaged_is_built_again()
    {
        await BuildAsync("1");
        folder.Write("state/work/kola-os/keys/public.gpg", "other");
        (await BuildAsync("1")).Single().Kept.Should().BeFalse();
        folder.Write("state/releases/kola-os/1/disk.raw", "damage");
        (await BuildAsync("1")).Single().Kept.Should().BeFalse();
    }

    [Test]
    public async Task A_tree_makes_another_release_and_is_handed_to_the_recipe()
    {
        await BuildAsync("1");
        folder.Write("tree/usr/lib/broken", "x");

        (await BuildAsync(new BuildOptions { Trees = [folder["tree"]] }, "1")).Single().Kept.Should().BeFalse();

        progress.Should().Contain(step => step.Detail == $"tree: {folder["tree"]}");
    }

    [TestCase(1, "the build of release 1 failed (*/build ended with 1)*\n  no space*")]
    [TestCase(2, "*does not take the arguments of images/README.md*")]
    [TestCase(3, "this host lacks tools to build release 1; run ci/setup\n  no space*")]
    public async Task A_failed_build_says_its_last_lines_and_leaves_the_release_before(int exit, string message)
    {
        await BuildAsync("1");
        await RecipeAsync($"#!/bin/sh\necho half >$4/disk.raw; echo 'no space' >&2; exit {exit}");

        await FluentActions.Awaiting(() => BuildAsync("1")).Should().ThrowAsync<HostException>().WithMessage(message);

        Leftovers().Should().BeEmpty();
        (await Store().ResolveAsync("kola-os:1", null, CancellationToken.None)).Release.Should().Be("1");
    }

    [TestCase("\"version\":\"$release\"", "\"version\":\"9\"", "*was asked for release 1 and made kola-os 9*")]
    [TestCase("\"size\":$((", "\"size\":9$((", "*has 2 bytes; release.json says 92*")]
    [TestCase("&& : >SHA256SUMS.gpg", "", "*SHA256SUMS or its signature*is missing*")]
    [TestCase("sha256sum \"kola-os_$release.efi\" >SHA256SUMS", "echo >SHA256SUMS", "*say different things of kola-os_1.efi*")]
    [TestCase("cat >release.json", "cat >/dev/null", "*release.json cannot be read*")]
    public async Task A_recipe_that_ends_well_but_makes_no_whole_release_is_refused(string sound, string broken, string message)
    {
        await RecipeAsync(Sound.Replace(sound, broken, StringComparison.Ordinal));

        await FluentActions.Awaiting(() => BuildAsync("1")).Should().ThrowAsync<HostException>().WithMessage(message);

        Directory.Exists(folder["state/releases/kola-os/1"]).Should().BeFalse();
        Leftovers().Should().BeEmpty();
    }

    [Test]
    public async Task A_cancelled_build_ends_its_process_and_leaves_nothing_that_counts()
    {
        await RecipeAsync("#!/bin/sh\necho half >$4/disk.raw; echo \"pid $$\"; exec sleep 600");
        using var cancel = new CancellationTokenSource();
        var building = BuildAsync(new BuildOptions { Grace = TimeSpan.FromSeconds(5) }, cancel.Token, "1");
        await UntilAsync(() => Details().Any(detail => detail.StartsWith("pid ", StringComparison.Ordinal)));
        await cancel.CancelAsync();

        await FluentActions.Awaiting(() => building).Should().ThrowAsync<OperationCanceledException>();

        Directory.Exists("/proc/" + Details().Single(detail => detail.StartsWith("pid ", StringComparison.Ordinal))[4..]).Should().BeFalse();
        Leftovers().Should().BeEmpty();
        Store().List().Should().Contain(listing => listing.Name == "kola-os" && listing.Release == null);
    }

    [Test]
    public async Task What_a_killed_build_left_counts_as_nothing_and_goes_at_the_next_build()
    {
        ReleaseFolder.Write(folder["state/releases/kola-os/.making-7"], "7");

        (await FluentActions.Awaiting(() => Store().ResolveAsync("kola-os", null, CancellationToken.None)).Should().ThrowAsync<HostException>())
            .WithMessage("no release of 'kola-os' is built*");
        await BuildAsync("1");

        Leftovers().Should().BeEmpty();
    }

    [Test]
    public async Task Two_builds_of_a_recipe_run_one_after_the_other_and_the_second_says_that_it_waits()
    {
        await RecipeAsync(Sound.Replace("echo \"base:", "mkdir \"$work/alone\"; echo started; until [ -e \"$work/go\" ]; do sleep 0.05; done; rmdir \"$work/alone\"; echo \"base:", StringComparison.Ordinal));
        var first = BuildAsync("1");
        await UntilAsync(() => Details().Contains("started"));
        var second = BuildAsync("1", "2");
        await UntilAsync(() => Details().Any(detail => detail.Contains("waiting for it", StringComparison.Ordinal)));
        folder.Write("state/work/kola-os/go", "");

        (await first).Single().Kept.Should().BeFalse();
        (await second).Select(release => release.Kept).Should().Equal(true, false);
    }

    [Test]
    public async Task A_store_that_may_build_builds_release_1_of_a_recipe_without_any()
    {
        (await Store(new() { BuildMissing = new() }).ResolveAsync("kola-os", null, CancellationToken.None)).Release.Should().Be("1");
    }

    [Test]
    public async Task An_unknown_recipe_a_bad_version_and_a_missing_tree_are_input_errors()
    {
        var builder = new ImageBuilder(Locations());
        Func<Task> Building(string recipe, string release, params string[] trees) =>
            () => builder.BuildAsync(recipe, [release], new() { Trees = trees }, null, CancellationToken.None);

        await Building("kola-so", "1").Should().ThrowAsync<InputException>().WithMessage("there is no recipe*expected one of kola-os; did you mean 'kola-os'?");
        await Building("kola-os", "../1").Should().ThrowAsync<InputException>().WithMessage("'../1' is not a valid version of a release*");
        await Building("kola-os", "1", "/nonexistent").Should().ThrowAsync<InputException>().WithMessage("the tree /nonexistent is not a folder*");
    }

    /// <summary>Another process writes the program: a file that this one had open for writing while a test beside it forked would be busy (ETXTBSY).</summary>
    private async Task RecipeAsync(string script)
    {
        Directory.CreateDirectory(folder["images/kola-os"]);
        await Cli.Wrap("install").WithArguments(["-m", "0755", folder.Write("script", script), folder["images/kola-os/build"]]).ExecuteAsync();
    }

    private Task<IReadOnlyList<BuiltRelease>> BuildAsync(params string[] releases) => BuildAsync(new(), releases);

    private Task<IReadOnlyList<BuiltRelease>> BuildAsync(BuildOptions options, params string[] releases) => BuildAsync(options, CancellationToken.None, releases);

    private Task<IReadOnlyList<BuiltRelease>> BuildAsync(BuildOptions options, CancellationToken cancellation, params string[] releases) =>
        new ImageBuilder(Locations()).BuildAsync("kola-os", releases, options, new Recorder(progress), cancellation);

    private ImageStore Store(ImageStoreOptions? options = null) =>
        new(ImageCatalog.Load(Path.Combine(Checkout.Root, "images", "catalog.yaml")), Locations(), options);

    private ImageLocations Locations() => new() { Checkout = folder.Path, State = folder["state"], Cache = folder["cache"] };

    private string[] Runs() => File.ReadAllLines(folder["state/work/kola-os/runs"]);

    private string[] Leftovers() => Directory.GetDirectories(folder["state/releases/kola-os"], ".*");

    private List<string> Details()
    {
        lock (progress)
            return [.. progress.Select(step => step.Detail).OfType<string>()];
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
    }
}
