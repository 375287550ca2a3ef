namespace Kola.Machines.Images.Releases;

/// <summary>What the update tool of a release's family cannot carry. The family is told by the artifacts' kinds: <c>bundle</c> is RAUC's, <c>usr</c> and <c>uki</c> are systemd-sysupdate's.</summary>
internal static class ReleaseLimits
{
    /// <summary>Characters of a partition's label in a GPT (UEFI 2.10, 5.3.3).</summary>
    private const int LabelLength = 36;

    /// <summary>One sentence each; empty when it can be carried.</summary>
    public static IReadOnlyList<string> Of(ReleaseManifest release)
    {
        List<string> limits = [];
        if (!release.Artifacts.Any(artifact => artifact.Kind != "bundle"))
            return limits;
        // systemd's version_is_valid() takes no '~' and '^', though they have a place in the order of versions: no machine could be updated to it.
        if (!release.Version.All(c => char.IsAsciiLetterOrDigit(c) || ".,_-+".Contains(c)))
            limits.Add($"systemd-sysupdate cannot carry the version '{release.Version}'; expected letters, digits and . , _ - +");
        var label = $"{release.Image}_{release.Version}{(release.Artifacts.Any(artifact => artifact.Kind == "usr-verity") ? "_verity" : "")}";
        if (release.Artifacts.Any(artifact => artifact.Kind is "usr" or "usr-verity") && label.Length > LabelLength)
            limits.Add($"systemd-sysupdate writes the version into the labels of partitions, which have {LabelLength} characters; '{label}' has {label.Length}: shorten the version by {label.Length - LabelLength}");
        return limits;
    }
}
