using System.Text.RegularExpressions;

namespace Kola.Machines.Guests;

/// <summary>What systemd-sysupdate 257 prints, and what the files are called that it is given.</summary>
/// <remarks>Seen with the tool itself, against a server with faults; the outputs are beside its tests. It has no words for an older release: it finds nothing to do.</remarks>
internal static class SysupdateWords
{
    private const string Checksum = "Checksum of .* did not check out";

    public static IReadOnlyDictionary<RefusalReason, Regex> Refusals { get; } = new Dictionary<RefusalReason, string>
    {
        [RefusalReason.Unsigned] = "Failed to retrieve signature file|Signature is empty",
        [RefusalReason.ForeignSignature] = @"No public key[\s\S]*Signature verification failed",
        [RefusalReason.WrongSignature] = @"BAD signature[\s\S]*Signature verification failed",
        [RefusalReason.Corrupt] = Checksum,
        [RefusalReason.Truncated] = $"{Checksum}|Transferred a partial file",
        [RefusalReason.PartialTransfer] = "Transferred a partial file",
        [RefusalReason.Swapped] = Checksum,
        // libcurl's callback hides why it could not write.
        [RefusalReason.NoSpace] = "No space left on device|Failed to write",
        [RefusalReason.ServerError] = @"failed with code 5\d\d",
        [RefusalReason.Unreachable] = "Could not connect to server|Could not resolve host|Connection timed out|Timeout was reached",
        [RefusalReason.Busy] = "(?i)another update|already (?:running|in progress)|busy|locked",
        [RefusalReason.MalformedManifest] = "(?i)manifest.*, refusing",
    }.ToDictionary(pair => pair.Key, pair => new Regex(pair.Value, RegexOptions.CultureInvariant));

    public static IReadOnlyDictionary<ArtifactRole, ArtifactName> Artifacts { get; } = new Dictionary<ArtifactRole, ArtifactName>
    {
        [ArtifactRole.Payload] = new("*.usr.*", "usr"),
        [ArtifactRole.Hashes] = new("*.usr-verity.*", "usr-verity"),
        [ArtifactRole.BootEntry] = new("*.efi", "uki"),
        [ArtifactRole.Manifest] = new("SHA256SUMS"),
        [ArtifactRole.Signature] = new("SHA256SUMS.gpg"),
    };
}
