using System.Security.Cryptography;
using Kola.Cli.Reporting;
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
    public async Task WriteAsync(ECDsa? key, string? record, TextWriter output, CancellationToken cancellation)
    {
        RunReports.TryWrite(folder, verdict, output);
        var page = MarkdownSummary.Of(verdict, subject);
        await File.WriteAllTextAsync(Path.Combine(folder, "verdict.md"), page, cancellation);
        RunReports.Publish(page, output);
        if (order.Shard is not null)
            return;
        if (key is null)
        {
            await output.WriteLineAsync($"  no record was signed: give --key, or set {KeySource.Variable} (kola key new makes a key)");
            return;
        }

        var statement = GateRecord.Of(request, verdict, await SubjectsAsync(cancellation), order.Files.QuarantineSha256, KolaVersion.Text);
        var path = record ?? Path.Combine(folder, GateRecord.FileName);
        await File.WriteAllBytesAsync(path, GateRecord.Sign(statement, key), cancellation);
        await output.WriteLineAsync($"  record {path}, signed by key {Wording.Digest(SigningKey.IdOf(key))}");
    }

    /// <summary>Without a candidate the verdict is about the images that were booted.</summary>
    private async Task<IReadOnlyList<Resource>> SubjectsAsync(CancellationToken cancellation) =>
        candidate is not null
            ? await candidate.SubjectsAsync(cancellation)
            : [.. request.Runs.SelectMany(run => run.Plan?.Scenarios ?? []).SelectMany(s => s.Images).DistinctBy(i => i.Sha256).Select(i => Resource.Of(i.Name, i.Sha256))];
}
