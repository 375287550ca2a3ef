using System.Text.RegularExpressions;
using Kola.Machines.Files;
using Kola.Machines.Images.Releases;
using Kola.Yaml;

namespace Kola.Machines.Images.Building;

/// <summary>
/// Builds releases by a recipe's <c>build</c> program (its contract: images/README.md). A release is built in a folder of another name, checked, and
/// renamed: whatever interrupts it leaves nothing that counts as whole.
/// </summary>
public sealed partial class ImageBuilder(ImageLocations locations, TimeProvider? time = null)
{
    private const string Making = ".making-";
    private readonly TimeProvider time = time ?? TimeProvider.System;
    private readonly DigestMemory digests = new(Path.Combine(locations.Cache, "digests"));

    /// <summary>Builds each release that is missing, stale (its recipe changed) or forced; one build of a recipe runs at a time.</summary>
    /// <exception cref="InputException">No such recipe, or a bad version.</exception>
    /// <exception cref="HostException">The build failed; the message has its last lines.</exception>
    public async Task<IReadOnlyList<BuiltRelease>> BuildAsync(
        string recipe, IReadOnlyList<string> releases, BuildOptions options, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        var source = Path.Combine(locations.Checkout, "images", recipe);
        Check(recipe, source, releases, options);
        var folder = Path.Combine(locations.Releases, recipe);
        try
        {
            using var mine = await FileLock.AcquireAsync(
                Path.Combine(folder, ".lock"),
                () => progress?.Report(new(recipe, ImagePhase.Waiting, Detail: $"another build of {recipe} is running in this checkout; waiting for it")),
                time, cancellation);
            // Under the lock nobody else makes anything here: these were interrupted.
            foreach (var stale in Directory.EnumerateDirectories(folder, Making + "*"))
                Directory.Delete(stale, recursive: true);
            var build = Build(recipe, options);
            var digest = await RecipeDigest.OfAsync([source, .. Library(), .. options.Trees], cancellation);
            var built = new List<BuiltRelease>();
            foreach (var release in releases)
                built.Add(await OneAsync(build, folder, recipe, digest, release, progress, cancellation));
            return built;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Of(failure, folder);
        }
    }

    /// <summary>Builds the release after another one: from the same recipe and trees, under a higher version; signed with the same key, or with the one that the other brings.</summary>
    /// <param name="release">Folder of the release that it comes after.</param>
    /// <param name="version">Its own.</param>
    /// <exception cref="HostException">It cannot be made from what there is here, or the build failed.</exception>
    public async Task<BuiltRelease> BuildAfterAsync(string release, string version, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        var remedy = "build the release here (ci/kola image build), or give --next DIR";
        if (BuildRecord.Read(release) is not { } record)
            throw new HostException($"the release after {release} cannot be made: it was not built by Kola; {remedy}");
        var options = new BuildOptions { Trees = record.Trees ?? [], Trust = record.Trust ?? [], Signer = record.Signer };
        var source = Path.Combine(locations.Checkout, "images", record.Recipe);
        if (options.Trust.Append(options.Signer).OfType<string>().FirstOrDefault(name => !SignerName().IsMatch(name)) is { } name)
            throw new InputException($"'{name}' is not a signer's name; expected lower-case letters, digits and '-', beginning with a letter");
        if (options.Trees.FirstOrDefault(tree => !Directory.Exists(tree)) is { } gone)
            throw new HostException($"the release after {release} cannot be made: the tree {gone} of that one is gone; {remedy}");
        if (!Directory.Exists(source) || record.RecipeDigest != await RecipeDigest.OfAsync([source, .. Library(), .. options.Trees], cancellation))
            throw new HostException($"the release after {release} cannot be made: the recipe {record.Recipe} or a tree has changed since; {remedy}");
        if (record.SigningKey != Build(record.Recipe, options).SigningKey())
            throw new HostException($"the release after {release} cannot be made: it is signed with a key that is not in this checkout; {remedy}");
        return (await BuildAsync(record.Recipe, [version], options with { Signer = record.NextSigner }, progress, cancellation))[0];
    }

    private RecipeBuild Build(string recipe, BuildOptions options)
    {
        var work = Path.Combine(locations.State, "work");
        return new(Path.Combine(locations.Checkout, "images", recipe), Path.Combine(work, recipe), Path.Combine(work, "shared"), locations.State, options, time);
    }

    /// <summary>What recipes share decides what their releases hold, too.</summary>
    private string[] Library() => Path.Combine(locations.Checkout, "images", "lib") is var library && Directory.Exists(library) ? [library] : [];

    private async Task<BuiltRelease> OneAsync(
        RecipeBuild build, string folder, string recipe, string digest, string release, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        var place = Path.Combine(folder, release);
        if (await KeepAsync(build, place, digest, cancellation) is { } kept)
            return new(kept, place, Kept: true, time.GetElapsedTime(start));
        var name = $"{recipe}:{release}";
        // A name of its own: the process of a build whose Kola was killed may still write to the name it was given.
        var making = Path.Combine(folder, $"{Making}{release}-{Guid.NewGuid():N}");
        Directory.CreateDirectory(making);
        try
        {
            await build.RunAsync(release, making, line => progress?.Report(new(name, ImagePhase.Building, Detail: line)), cancellation);
            progress?.Report(new(name, ImagePhase.Verifying));
            var manifest = await WholeAsync(making, recipe, release, cancellation);
            new BuildRecord(1, recipe, digest, build.SigningKey(), [.. build.Options.Trees.Select(Path.GetFullPath)], build.Options.Trust, build.Options.Signer).Write(making);
            Replace(place, making, making + "-old");
            await ReleaseCheck.RememberAsync(place, manifest, digests, cancellation);
            progress?.Report(new(name, ImagePhase.Done));
            return new(manifest, place, Kept: false, time.GetElapsedTime(start));
        }
        finally
        {
            if (Directory.Exists(making))
                Directory.Delete(making, recursive: true);
        }
    }

    /// <summary>The manifest of a release that need not be built again.</summary>
    private async Task<ReleaseManifest?> KeepAsync(RecipeBuild build, string place, string digest, CancellationToken cancellation)
    {
        if (build.Options.Force || BuildRecord.Read(place) is not { } record || record.RecipeDigest != digest || !(record.Trust ?? []).SequenceEqual(build.Options.Trust) || record.SigningKey != build.SigningKey())
            return null;
        try
        {
            var manifest = ReleaseManifest.Read(place);
            await ReleaseCheck.FilesAsync(place, manifest, digests, again: false, cancellation);
            return manifest;
        }
        catch (HostException)
        {
            // Damaged: what a build is for.
            return null;
        }
    }

    private async Task<ReleaseManifest> WholeAsync(string folder, string recipe, string release, CancellationToken cancellation)
    {
        var manifest = ReleaseManifest.Read(folder);
        if (manifest.Image != recipe || manifest.Version != release)
            throw new HostException($"the recipe {recipe} was asked for release {release} and made {manifest.Image} {manifest.Version}; correct its 'build' program");
        if (ReleaseLimits.Of(manifest) is [var limit, ..])
            throw new HostException($"release {release} of {recipe} could be installed by no machine: {limit}");
        await ReleaseCheck.FilesAsync(folder, manifest, digests, again: true, cancellation);
        await ReleaseCheck.ChecksumsAsync(folder, manifest, cancellation);
        return manifest;
    }

    /// <summary>Puts the new folder at its place. A folder cannot be renamed over a full one, so for a moment there is none.</summary>
    private static void Replace(string place, string making, string old)
    {
        if (Directory.Exists(place))
            Directory.Move(place, old);
        Directory.Move(making, place);
        if (Directory.Exists(old))
            Directory.Delete(old, recursive: true);
    }

    private void Check(string recipe, string source, IReadOnlyList<string> releases, BuildOptions options)
    {
        if (!File.Exists(Path.Combine(source, "build")))
        {
            var images = Path.Combine(locations.Checkout, "images");
            List<string> known = Directory.Exists(images)
                ? [.. Directory.EnumerateDirectories(images).Where(path => File.Exists(Path.Combine(path, "build"))).Select(path => Path.GetFileName(path)!)]
                : [];
            throw new InputException($"there is no recipe {Path.Combine(source, "build")}; expected one of {string.Join(", ", known)}{Spelling.Hint(recipe, known)}");
        }
        if (releases.FirstOrDefault(release => !Version().IsMatch(release)) is { } bad)
            throw new InputException($"'{bad}' is not a valid version of a release; expected letters, digits, '.' and '-', beginning with a letter or digit (systemd-sysupdate cannot carry '~' and '^')");
        if (options.Trees.FirstOrDefault(tree => !Directory.Exists(tree)) is { } missing)
            throw new InputException($"the tree {missing} is not a folder; expected a folder that holds usr/");
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9-]*\z")]
    private static partial Regex SignerName();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9.-]*\z")]
    private static partial Regex Version();
}
