using Kola.Cli.Reporting;
using Kola.Cli.Terminal;
using Kola.Results;
using Kola.Results.Gate;
using Kola.Results.Gate.Records;
using Kola.Results.Markdown;

namespace Kola.Cli.Gating;

/// <summary>What a verdict leaves behind.</summary>
/// <param name="candidate">The files of what was judged; <see langword="null"/>: they are not here, or there is no candidate.</param>
/// <param name="folder">Of the run that completed the verdict.</param>
/// <param name="subject">What was judged, for people.</param>
internal sealed class VerdictFiles(GateOrder order, GateRequest request, Verdict verdict, ReleaseFiles? candidate, string folder, string subject)
{
    /// <param name="key">Signs the record; <see langword="null"/>: there is none.</param>
    /// <param name="record">Where the record goes; <see langword="null"/>: into the folder.</param>
    public async Task WriteAsync(RecordKey? key, string? record, TextWriter output, CancellationToken cancellation)
    {
        RunReports.TryWrite(folder, new(GateSummary.Headline(verdict.Result, request.Policy.Tier, subject), GateSummary.Counts(verdict), verdict, order.Url), output);
        var page = MarkdownSummary.Of(verdict, subject);
        await File.WriteAllTextAsync(Path.Combine(folder, "verdict.md"), page, cancellation);
        RunReports.Publish(page, output);
        if (order.Shard is not null)
            return;
        var statement = GateRecord.Of(request, verdict, await SubjectsAsync(cancellation), order.Files.QuarantineSha256, KolaVersion.Text, order.Url);
        var path = record ?? Path.Combine(folder, GateRecord.FileName);
        var files = new RecordFiles(path);
        var made = await files.WriteRawAsync(statement, cancellation);
        if (key is null)
        {
            await output.WriteLineAsync($"  no record was signed: give --key, or set {KeySource.Variable} (kola key new makes a key); not signed: {made[0]}");
            return;
        }

        made = [.. made, .. await files.WriteSignedAsync(statement, Judged(statement), key, cancellation)];
        await output.WriteLineAsync($"  record {path}, signed by key {Wording.Digest(SigningKey.IdOf(key))}");
        await output.WriteLineAsync($"  beside it {string.Join(", ", made.Select(Path.GetFileName))}");
    }

    /// <summary>What was judged, as a URI: what pipelines call it, where one was given.</summary>
    private string Judged(Statement statement) =>
        order.Subjects is [var given, ..] ? given.Name
        : request.Candidate is { } release ? $"urn:kola:release:{Uri.EscapeDataString(release.Image)}:{Uri.EscapeDataString(release.Version)}"
        : $"urn:sha256:{statement.Subject[0].Sha256}";

    /// <summary>Without a candidate the verdict is about the images that were booted.</summary>
    private async Task<IReadOnlyList<Resource>> SubjectsAsync(CancellationToken cancellation) =>
    [
        .. order.Subjects,
        .. candidate is not null
            ? await candidate.SubjectsAsync(cancellation)
            : [.. request.Runs.SelectMany(run => run.Plan?.Scenarios ?? []).SelectMany(s => s.Images).DistinctBy(i => i.Sha256).Select(i => Resource.Of(i.Name, i.Sha256))],
    ];
}
