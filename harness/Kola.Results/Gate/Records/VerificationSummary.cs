using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kola.Results.Gate.Records;

/// <summary>
/// The verdict in few words, for those who need not know what Kola is: a SLSA Verification Summary Attestation v1 (slsa.dev/spec/v1.1/verification_summary), which names the
/// policy and the record that it sums up.
/// </summary>
public sealed record VerificationSummary
{
    public const string PredicateTypeName = "https://slsa.dev/verification_summary/v1";

    /// <summary>Who verified.</summary>
    private const string Verifier = "urn:kola:gate";

    [JsonPropertyName("_type")]
    public required string Type { get; init; }

    public required IReadOnlyList<Resource> Subject { get; init; }

    public required string PredicateType { get; init; }

    public required SummaryPredicate Predicate { get; init; }

    /// <param name="record">The signed record, by its digest.</param>
    /// <param name="resource">What was judged, as a URI.</param>
    public static VerificationSummary Of(Statement statement, Resource record, string resource)
    {
        var kola = statement.Predicate.Kola;
        var passed = kola.Verdict is GateResult.Passed;
        return new()
        {
            Type = Statement.StatementType,
            Subject = statement.Subject,
            PredicateType = PredicateTypeName,
            Predicate = new()
            {
                Verifier = new(Verifier, new Dictionary<string, string> { ["kola"] = kola.Version }),
                TimeVerified = kola.JudgedAt,
                ResourceUri = resource,
                Policy = new(PolicyOf(statement), new Dictionary<string, string> { ["sha256"] = kola.PolicySha256 }),
                InputAttestations = [new(record.Name, record.Digest)],
                VerificationResult = passed ? "PASSED" : "FAILED",
                VerifiedLevels = passed ? [kola.Tier is GateTier.Core ? "KOLA_GATE_CORE" : "KOLA_GATE_FULL"] : [],
            },
        };
    }

    /// <summary>The policy's file is the first of the configuration; its name is the project's.</summary>
    private static string PolicyOf(Statement statement) => statement.Predicate.Configuration is [var policy, ..] ? policy.Name : GatePolicy.UsualName;

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, SummaryJson.Default.VerificationSummary);
}

/// <summary>Fields as the specification names them. A level of Kola's own says how much of the policy was judged.</summary>
public sealed record SummaryPredicate
{
    public required SummaryVerifier Verifier { get; init; }

    public required DateTimeOffset TimeVerified { get; init; }

    public required string ResourceUri { get; init; }

    public required SummaryReference Policy { get; init; }

    public required IReadOnlyList<SummaryReference> InputAttestations { get; init; }

    /// <summary><c>PASSED</c> or <c>FAILED</c>; not proven is <c>FAILED</c>.</summary>
    public required string VerificationResult { get; init; }

    public required IReadOnlyList<string> VerifiedLevels { get; init; }

    public string SlsaVersion { get; init; } = "1.1";
}

public sealed record SummaryVerifier(string Id, IReadOnlyDictionary<string, string> Version);

public sealed record SummaryReference(string Uri, IReadOnlyDictionary<string, string> Digest);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(VerificationSummary))]
internal sealed partial class SummaryJson : JsonSerializerContext;
