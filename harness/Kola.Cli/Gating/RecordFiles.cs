using System.Security.Cryptography;
using Kola.Results.Gate.Records;

namespace Kola.Cli.Gating;

/// <summary>A record in the forms that pipelines take, side by side: <c>STEM.dsse.json</c> and what is made beside it.</summary>
/// <param name="path">Of the signed record.</param>
internal sealed class RecordFiles(string path)
{
    private readonly string stem = Stem(path);

    /// <summary>The raw in-toto statement and its predicate, which are not signed: for <c>actions/attest</c> and Tekton Chains, which sign by themselves.</summary>
    public async Task<IReadOnlyList<string>> WriteRawAsync(Statement statement, CancellationToken cancellation)
    {
        await File.WriteAllBytesAsync($"{stem}.intoto.json", statement.ToBytes(), cancellation);
        await File.WriteAllBytesAsync($"{stem}.predicate.json", statement.PredicateToBytes(), cancellation);
        return [$"{stem}.intoto.json", $"{stem}.predicate.json"];
    }

    /// <summary>The record and its summary, each as a DSSE envelope and as a sigstore bundle.</summary>
    /// <param name="resource">What was judged, as a URI.</param>
    public async Task<IReadOnlyList<string>> WriteSignedAsync(Statement statement, string resource, RecordKey key, CancellationToken cancellation)
    {
        var record = Envelope.Sign(statement.ToBytes(), key);
        var bytes = record.ToBytes();
        await File.WriteAllBytesAsync(path, bytes, cancellation);
        await File.WriteAllBytesAsync($"{stem}.sigstore.json", SigstoreBundle.Of(record, key).ToBytes(), cancellation);
        var summary = Envelope.Sign(VerificationSummary.Of(statement, Resource.Of(Path.GetFileName(path), Convert.ToHexStringLower(SHA256.HashData(bytes))), resource).ToBytes(), key);
        await File.WriteAllBytesAsync($"{stem}.vsa.dsse.json", summary.ToBytes(), cancellation);
        await File.WriteAllBytesAsync($"{stem}.vsa.sigstore.json", SigstoreBundle.Of(summary, key).ToBytes(), cancellation);
        return [$"{stem}.sigstore.json", $"{stem}.vsa.dsse.json", $"{stem}.vsa.sigstore.json"];
    }

    private static string Stem(string path)
    {
        foreach (var ending in (string[])[".dsse.json", ".json"])
            if (path.Length > ending.Length && path.EndsWith(ending, StringComparison.Ordinal))
                return path[..^ending.Length];
        return path;
    }
}
