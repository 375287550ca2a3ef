using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Scenarios.Services;
using Kola.Servers.Payloads;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Steps.Update;

/// <summary>Judges what was asked of a server since its last <see cref="ServeStep"/>.</summary>
[Keyword("requests", Value = nameof(Server)), Description("Check what the machines requested from an update server since its last 'serve' step.")]
public sealed record RequestsStep : Step, IMachinelessStep
{
    [Description("Name of the update server.")]
    public required string Server { get; init; }

    [Description("What must hold, all of it."), NotEmpty]
    public required IReadOnlyList<RequestExpectation> Seen { get; init; }

    private protected override string Describe() => Shorten($"of {Server}: {string.Join(", ", Seen.Select(seen => $"{seen.Count?.ToString() ?? "some"} of {seen.Path}"))}");

    internal override void Check(StepChecks checks) => ServeStep.CheckServer(this, Server, "requests", checks);

    Task<string?> IMachinelessStep.RunAsync(StepContext context, CancellationToken cancellation)
    {
        var service = context.Services.Find<PayloadService>(Server);
        var requests = service.Server.RequestsOfOffer;
        // What a family has no file for was not asked for; the others are judged.
        var judged = Seen.Select(expected => (Expected: expected, Name: service.Find(expected.Path))).Where(pair => pair.Name is not null).ToList();
        if (judged is [])
            _ = service.Named(Seen[0].Path);
        var wrong = judged.Select(pair => pair.Expected.Check(pair.Name!, requests)).OfType<string>().ToList();
        var seen = Told(requests);
        return wrong.Count == 0
            ? Task.FromResult<string?>(seen)
            : throw new StepFailedException($"requests of {Server}: {string.Join("\n", wrong)}\nseen: {(seen.Length == 0 ? "nothing" : seen)}");
    }

    /// <summary>One after the other; of a file that is read in pieces the sum.</summary>
    private static string Told(IReadOnlyList<PayloadRequest> requests) => string.Join(", ", requests
        .GroupBy(request => request.Range is null ? request.Number.ToString(CultureInfo.InvariantCulture) : $"{request.Path} {request.Status}")
        .Select(group => (First: group.First(), Count: group.Count(), Bytes: group.Sum(request => request.BytesSent)))
        .Select(told => told.Count == 1
            ? $"{told.First.Path} {told.First.Status} ({told.Bytes} bytes, {told.First.Ending.ToString().ToLowerInvariant()})"
            : $"{told.First.Path} {told.First.Status} ({told.Bytes} bytes in {told.Count} pieces)"));
}

/// <summary>How many requests of a kind there were.</summary>
public sealed record RequestExpectation
{
    [Description("Which files: what they are for (payload, hashes, manifest, signature, boot-entry), or a name, in which * stands for any characters."), Shorthand, Example("manifest")]
    public required string Path { get; init; }

    [Description("HTTP status they were answered with. Default: any."), Range(100, 599)]
    public int? Status { get; init; }

    [Description("How many there were; of a file that machines read in pieces, whether there were any. Default: at least one."), Range(0, 1000000)]
    public int? Count { get; init; }

    [Description("The most that was sent of these files, all requests together. Without 'count' there need not be any."), Example("1MiB")]
    public Size? AtMost { get; init; }

    /// <summary>What is wrong; <see langword="null"/>: nothing.</summary>
    internal string? Check(ServedName name, IReadOnlyList<PayloadRequest> requests)
    {
        var matching = requests.Where(request => request.Matches(name.Pattern) && HasStatus(request, name)).ToList();
        var of = $"of {Path}{(Status is { } status ? $" with status {status}" : "")}";
        if (AtMost is { } most && matching.Sum(request => request.BytesSent) is var sent && sent > most.Bytes)
            return $"expected at most {most.Bytes} bytes {of}, got {sent}";
        var count = matching.Count;
        var right = Count is { } exactly ? count == exactly || (name.Streamed && exactly > 0 && count > 0) : count > 0 || AtMost is not null;
        return right ? null : $"expected {Count?.ToString(CultureInfo.InvariantCulture) ?? "at least 1"} {of}, got {count}";
    }

    /// <summary>A piece of a file is answered with 206 where the whole would be with 200 (RFC 9110, 15.3.7).</summary>
    private bool HasStatus(PayloadRequest request, ServedName name) => Status is null || request.Status == Status || (name.Streamed && Status == 200 && request.Status == 206);
}
