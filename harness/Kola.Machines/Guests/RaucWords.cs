using System.Text.RegularExpressions;

namespace Kola.Machines.Guests;

/// <summary>What RAUC 1.13 prints, and what the files are called that it is given.</summary>
/// <remarks>
/// The texts were seen on rauc-os machines (the outputs are beside the tests) or with RAUC alone. A bundle carries its signature and its manifest, so there are no words for a signature
/// that is missing: the bundle is no bundle. To RAUC a changed byte in a streamed payload and a server that went away in the middle are the same input/output error.
/// </remarks>
internal static class RaucWords
{
    public static IReadOnlyDictionary<RefusalReason, Regex> Refusals { get; } = new Dictionary<RefusalReason, string>
    {
        [RefusalReason.ForeignSignature] = "signature verification failed: Verify error:",
        [RefusalReason.WrongSignature] = "CMS routines::verification failure",
        [RefusalReason.Corrupt] = "Failed to copy data: Error reading from file: Input/output error|CMS routines::verification failure|Invalid bundle format",
        [RefusalReason.Truncated] = "Invalid bundle format",
        [RefusalReason.PartialTransfer] = "Failed to copy data: Error reading from file: Input/output error|Invalid bundle format",
        // RAUC itself looks at no version; an image's own handler does.
        [RefusalReason.Swapped] = "Pre-install handler error",
        [RefusalReason.Downgrade] = "Pre-install handler error",
        [RefusalReason.WrongProduct] = "Compatible mismatch",
        [RefusalReason.NoSpace] = "is too small for image|No space left on device",
        [RefusalReason.ServerError] = @"unexpected HTTP error code 5\d\d|returned error: 5\d\d",
        [RefusalReason.Unreachable] = "server not responding|Could not resolve host|Failed to connect|Couldn't connect",
        [RefusalReason.MalformedManifest] = "is not a list of releases",
        [RefusalReason.Busy] = "Already processing a different method|another update is running",
    }.ToDictionary(pair => pair.Key, pair => new Regex(pair.Value, RegexOptions.CultureInvariant));

    public static IReadOnlyDictionary<ArtifactRole, ArtifactName> Artifacts { get; } = new Dictionary<ArtifactRole, ArtifactName>
    {
        [ArtifactRole.Payload] = new("*.raucb", "bundle", Streamed: true),
        [ArtifactRole.Signature] = new("*.raucb", "bundle", Streamed: true, Within: true),
        // Only the list of what there is; nothing is verified by it.
        [ArtifactRole.Manifest] = new("SHA256SUMS"),
    };
}
