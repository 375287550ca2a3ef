namespace Kola.Results.Gate.Records;

/// <summary>Makes the record of a verdict.</summary>
public static class GateRecord
{
    /// <summary>Name of the file, in the folder of the run.</summary>
    public const string FileName = "record.dsse.json";

    /// <summary>What the verdict says, bound to what it was derived from.</summary>
    /// <param name="subjects">The artifacts it is about; at least one.</param>
    /// <param name="kola">Kola's version.</param>
    /// <param name="url">The pipeline's page of the run.</param>
    public static Statement Of(GateRequest request, Verdict verdict, IReadOnlyList<Resource> subjects, string? quarantineSha256, string kola, string? url = null)
    {
        var judged = verdict.Scenarios.Where(s => s.Role != GateRole.Unlisted || s.Blocks).ToArray();
        var byId = request.Expected.ToDictionary(s => s.Id);
        return new()
        {
            Type = Statement.StatementType,
            Subject = subjects,
            PredicateType = Statement.TestResult,
            Predicate = new()
            {
                Result = verdict.Result != GateResult.Passed ? "FAILED" : judged.All(s => s.Result is GateResult.Passed or GateResult.NotApplicable) ? "PASSED" : "WARNED",
                Configuration =
                [
                    Resource.Of(request.Policy.Name, request.Policy.Sha256),
                    .. quarantineSha256 is null ? Array.Empty<Resource>() : [Resource.Of("ci/quarantine.yaml", quarantineSha256)],
                    .. judged.Where(s => byId.ContainsKey(s.Id)).Select(s => byId[s.Id]).GroupBy(s => s.File)
                        .Select(file => Resource.Of(file.Key, file.First().Sha256) with { Annotations = new([.. file.Select(s => s.Id)]) }),
                ],
                Url = url,
                PassedTests = [.. judged.Where(s => s.Result == GateResult.Passed).Select(s => s.Id)],
                WarnedTests = [.. judged.Where(s => s.Result is not (GateResult.Passed or GateResult.NotApplicable) && !s.Blocks).Select(s => s.Id)],
                FailedTests = [.. judged.Where(s => s.Blocks).Select(s => s.Id)],
                Kola = new()
                {
                    Version = kola,
                    Verdict = verdict.Result,
                    JudgedAt = verdict.At,
                    MaxAgeDays = request.Policy.MaxAge.TotalDays,
                    PolicySha256 = request.Policy.Sha256,
                    Tier = request.Policy.Tier,
                    QuarantineSha256 = quarantineSha256,
                    Problems = verdict.Problems,
                    Releases = request.Releases,
                    Runs = [.. request.Runs.Select(ToJudged)],
                    Scenarios = judged,
                },
            },
        };
    }

    /// <summary>The signed file.</summary>
    public static byte[] Sign(Statement statement, RecordKey key) => Envelope.Sign(statement.ToBytes(), key).ToBytes();

    private static JudgedRun ToJudged(RecordedRun run) => new(
        run.Plan?.Run ?? run.Name, run.LogSha256, run.Plan?.Kola, run.Plan?.Host,
        [.. run.Plan?.Scenarios.SelectMany(s => s.Images).Distinct() ?? []], run.Plan?.Shard, run.Plan?.Resumes, run.Plan?.Seed);
}
