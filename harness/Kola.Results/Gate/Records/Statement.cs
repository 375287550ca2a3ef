using System.Text.Json;
using System.Text.Json.Serialization;
using Kola.Results.Events;

namespace Kola.Results.Gate.Records;

/// <summary>An in-toto Statement v1 (github.com/in-toto/attestation) about test results.</summary>
public sealed record Statement
{
    public const string StatementType = "https://in-toto.io/Statement/v1";
    public const string TestResult = "https://in-toto.io/attestation/test-result/v0.1";

    [JsonPropertyName("_type")]
    public required string Type { get; init; }

    /// <summary>The artifacts that the verdict is about.</summary>
    public required IReadOnlyList<Resource> Subject { get; init; }

    public required string PredicateType { get; init; }

    public required TestResultPredicate Predicate { get; init; }

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, StatementJson.Default.Statement);

    /// <summary>The predicate alone, as tools take it that make the statement themselves.</summary>
    public byte[] PredicateToBytes() => JsonSerializer.SerializeToUtf8Bytes(Predicate, StatementJson.Default.TestResultPredicate);

    /// <exception cref="RecordException">It is no statement of this kind.</exception>
    public static Statement Read(byte[] payload)
    {
        try
        {
            var statement = JsonSerializer.Deserialize(payload, StatementJson.Default.Statement) ?? throw new JsonException("it is null");
            return statement is { Type: StatementType, PredicateType: TestResult }
                ? statement
                : throw new JsonException($"it is a {statement.Type} about {statement.PredicateType}");
        }
        catch (JsonException e)
        {
            throw new RecordException($"the signed payload is not a verdict of Kola's gate: {e.Message}", e);
        }
    }
}

/// <summary>A file by its digest: in-toto's ResourceDescriptor.</summary>
/// <param name="Digest">By algorithm; Kola writes <c>sha256</c>, lower-case hexadecimal.</param>
public sealed record Resource(string Name, IReadOnlyDictionary<string, string> Digest)
{
    /// <summary>What somebody else names by its digest, such as an image of containers: <c>NAME@sha256:DIGEST</c>; <see langword="null"/>: it is not written so.</summary>
    public static Resource? Find(string named) =>
        named.LastIndexOf("@sha256:", StringComparison.Ordinal) is > 0 and var at && named[(at + 8)..] is { Length: 64 } digest && digest.All(char.IsAsciiHexDigitLower)
            ? Of(named[..at], digest) with { Annotations = new(Given: true) }
            : null;

    public static Resource Of(string name, string sha256) => new(name, new Dictionary<string, string> { ["sha256"] = sha256 });

    /// <summary>What more there is to say of it.</summary>
    public ResourceAnnotations? Annotations { get; init; }

    [JsonIgnore]
    public string? Sha256 => Digest.GetValueOrDefault("sha256");
}

/// <param name="Tests">Names, as in the predicate's lists, of the tests that the file defines.</param>
/// <param name="Given">Whether the one who called the gate named the digest; Kola has not read what it is of.</param>
public sealed record ResourceAnnotations(IReadOnlyList<string>? Tests = null, bool? Given = null);

/// <summary>The predicate <c>test-result/v0.1</c>, with what Kola adds.</summary>
public sealed record TestResultPredicate
{
    /// <summary><c>PASSED</c>, <c>WARNED</c> or <c>FAILED</c>; not proven is <c>FAILED</c> to whoever knows only these.</summary>
    public required string Result { get; init; }

    /// <summary>What was judged by: policy, quarantine and every scenario file.</summary>
    public required IReadOnlyList<Resource> Configuration { get; init; }

    /// <summary>The pipeline's page of the run.</summary>
    public string? Url { get; init; }

    public required IReadOnlyList<string> PassedTests { get; init; }

    public required IReadOnlyList<string> WarnedTests { get; init; }

    public required IReadOnlyList<string> FailedTests { get; init; }

    public required KolaVerdict Kola { get; init; }
}

/// <summary>The verdict in Kola's own words.</summary>
public sealed record KolaVerdict
{
    /// <summary>Kola's version.</summary>
    public required string Version { get; init; }

    public required GateResult Verdict { get; init; }

    public required DateTimeOffset JudgedAt { get; init; }

    /// <summary>Age in days up to which the policy lets the record count.</summary>
    public required double MaxAgeDays { get; init; }

    public required string PolicySha256 { get; init; }

    /// <summary>How much of the policy was judged. Missing: all of it.</summary>
    public GateTier Tier { get; init; }

    public string? QuarantineSha256 { get; init; }

    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Which release played which role, by digest.</summary>
    public IReadOnlyList<ReleaseInRole> Releases { get; init; } = [];

    public required IReadOnlyList<JudgedRun> Runs { get; init; }

    public required IReadOnlyList<ScenarioVerdict> Scenarios { get; init; }
}

/// <summary>A run that went into the verdict, with the host it was made on.</summary>
/// <param name="LogSha256">Digest of its event log.</param>
public sealed record JudgedRun(string Run, string LogSha256, string? Kola, HostFacts? Host, IReadOnlyList<PlannedImage> Images, Shard? Shard, string? Resumes, long? Seed);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(JsonStringEnumConverter<GateResult>), typeof(JsonStringEnumConverter<GateRole>), typeof(JsonStringEnumConverter<GateTier>)])]
[JsonSerializable(typeof(Statement))]
[JsonSerializable(typeof(TestResultPredicate))]
internal sealed partial class StatementJson : JsonSerializerContext;
