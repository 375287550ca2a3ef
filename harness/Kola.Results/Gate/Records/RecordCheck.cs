namespace Kola.Results.Gate.Records;

/// <summary>Answers for an artifact by a record: what a publishing pipeline asks.</summary>
public sealed record RecordCheck
{
    /// <summary>SHA-256 of each artifact that is to be published, by the name to show.</summary>
    public required IReadOnlyDictionary<string, string> Artifacts { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>How old the verdict may be; <see langword="null"/>: as the policy said that it was made by.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Digest of the policy that it must have been made by; <see langword="null"/>: any.</summary>
    public string? PolicySha256 { get; init; }

    /// <summary>The least that must have been judged.</summary>
    public GateTier Tier { get; init; }

    /// <summary>Looks at everything in turn, the signature first.</summary>
    /// <returns>The statement that vouches for every artifact.</returns>
    /// <exception cref="RecordException">It does not: the message says why.</exception>
    public Statement Verify(byte[] record, RecordKey key)
    {
        var statement = Statement.Read(SigstoreBundle.Find(record)?.Open(key) ?? Envelope.Read(record).Open(key));
        var kola = statement.Predicate.Kola;
        if (Artifacts.Count == 0)
            throw new RecordException("no artifact given; name the files to check with --artifact");
        foreach (var (name, sha256) in Artifacts)
            if (!statement.Subject.Any(subject => subject.Sha256 == sha256))
                throw new RecordException($"the record is about other artifacts: {name} has sha256 {sha256}; it vouches for {string.Join(", ", statement.Subject.Select(s => $"{s.Name} ({Wording.Digest(s.Sha256 ?? "")})"))}");
        if (PolicySha256 is not null && PolicySha256 != kola.PolicySha256)
            throw new RecordException($"the record was made by another policy (sha256 {kola.PolicySha256}) than the one given ({PolicySha256})");
        if (Tier is GateTier.Full && kola.Tier is GateTier.Core)
            throw new RecordException("the record is of the tier core, which is a first answer and no release's proof; run the full gate (ci/gate --full), or verify with --tier core");
        CheckAge(kola);
        return kola.Verdict == GateResult.Passed && statement.Predicate.Result is "PASSED" or "WARNED"
            ? statement
            : throw new RecordException($"the gate's verdict is {(kola.Verdict == GateResult.Failed ? "failed" : "not proven")}: {Why(statement)}");
    }

    private void CheckAge(KolaVerdict kola)
    {
        if (kola.JudgedAt > Now + GatePolicy.ClockTolerance)
            throw new RecordException($"the record is of {kola.JudgedAt:u}, which is in the future (now: {Now:u}); correct the clock that is wrong");
        var bound = MaxAge ?? TimeSpan.FromDays(kola.MaxAgeDays);
        if (Now - kola.JudgedAt > bound)
            throw new RecordException($"the record is too old: made {kola.JudgedAt:u}, valid for {bound.TotalDays:0.##} days; run the gate again");
    }

    private static string Why(Statement statement) =>
        string.Join("; ", [.. statement.Predicate.Kola.Problems, .. statement.Predicate.FailedTests]) is { Length: > 0 } why ? why : "no reason is recorded";
}
