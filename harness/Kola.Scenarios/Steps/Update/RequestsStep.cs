using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Scenarios.Services;
using Kola.Yaml.Binding;

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
        var wrong = new List<string>();
        foreach (var expected in Seen)
        {
            var count = requests.Count(request => request.Matches(service.Named(expected.Path)) && (expected.Status is null || request.Status == expected.Status));
            var of = $"of {expected.Path}{(expected.Status is { } status ? $" with status {status}" : "")}";
            if (expected.Count is { } exactly ? count != exactly : count == 0)
                wrong.Add($"expected {expected.Count?.ToString() ?? "at least 1"} {of}, got {count}");
        }

        var seen = string.Join(", ", requests.Select(request => $"{request.Path} {request.Status} ({request.BytesSent} bytes, {request.Ending.ToString().ToLowerInvariant()})"));
        return wrong.Count == 0
            ? Task.FromResult<string?>(seen)
            : throw new StepFailedException($"requests of {Server}: {string.Join("\n", wrong)}\nseen: {(seen.Length == 0 ? "nothing" : seen)}");
    }
}

/// <summary>How many requests of a kind there were.</summary>
public sealed record RequestExpectation
{
    [Description("Which files: what they are for (payload, hashes, manifest, signature, boot-entry), or a name, in which * stands for any characters."), Shorthand, Example("manifest")]
    public required string Path { get; init; }

    [Description("HTTP status they were answered with. Default: any."), Range(100, 599)]
    public int? Status { get; init; }

    [Description("How many there were. Default: at least one."), Range(0, 1000000)]
    public int? Count { get; init; }
}
