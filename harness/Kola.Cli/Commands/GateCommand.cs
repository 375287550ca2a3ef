using System.CommandLine;
using Kola.Cli.Gating;
using Kola.Cli.Reporting;
using Kola.Cli.Terminal;
using Kola.Machines;
using Kola.Results.Allure;
using Kola.Results.Gate;
using Kola.Results.Gate.Records;
using Kola.Scenarios.Gating;
using Kola.Scenarios.Model;

namespace Kola.Cli.Commands;

/// <summary><c>kola gate</c>: runs what the policy asks for, judges it, and signs the verdict.</summary>
internal static class GateCommand
{
    private static readonly RoleOptions Roles = new();
    internal static readonly Option<string?> Policy = new("--policy") { Description = "Default: ci/gate.yaml.", HelpName = "FILE" };
    internal static readonly Option<string?> Quarantine = new("--quarantine") { Description = "Default: ci/quarantine.yaml.", HelpName = "FILE" };
    private static readonly Option<string?> Key = new("--key") { Description = "Private key that signs the record. Default: the PEM in $KOLA_SIGNING_KEY; without either no record is made. $KOLA_KEY_PASSWORD opens an encrypted one.", HelpName = "FILE" };
    private static readonly Option<string[]> Subject = new("--subject") { Description = "What the record is about, too, by the digest that pipelines use: NAME@sha256:DIGEST. Repeatable. You answer for it that it was made from the candidate.", HelpName = "NAME@sha256:DIGEST" };
    private static readonly Option<string?> Url = new("--url") { Description = "The pipeline's page of this run, for record and report. Default: as GitHub, GitLab, Jenkins, Buildkite or CircleCI says.", HelpName = "URL" };
    private static readonly Option<string?> Record = new("--record") { Description = "Where the record goes. Default: record.dsse.json in the run's folder.", HelpName = "FILE" };
    private static readonly Option<string[]> From = new("--from") { Description = "Run nothing: judge these runs together (folders, or names below .kola/runs).", HelpName = "RUN", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string[]> Resume = new("--resume") { Description = "Go on from a run that was cut off: try only what it left untried. Repeatable, the oldest first.", HelpName = "RUN" };
    private static readonly Option<string?> ShardOption = new("--shard") { Description = "Take a part of the scenarios only: i/n. Default: as Slurm, Kubernetes or GitLab says.", HelpName = "I/N" };
    private static readonly Option<TierChoice> Tier = new("--tier") { Description = "How much of the policy: full, core (a first answer; proves no release), or auto: full where KVM is, else core.", DefaultValueFactory = _ => TierChoice.Full };
    private static readonly Option<string[]> Images = new("--image") { Description = "Boot another image, as for kola run.", HelpName = "NAME=OTHER" };
    private static readonly Option<bool> Build = new("--build") { Description = "Build releases that the scenarios need and that are not there." };
    private static readonly Option<int?> Jobs = Options.Positive(new Option<int?>("--jobs", "-j") { Description = "How many scenarios run at once at the most." });
    private static readonly Option<long?> Seed = new("--seed") { Description = "Seed of every random choice." };
    private static readonly Option<bool> Cold = new("--cold") { Description = "Boot every machine." };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the event records as JSON lines instead of progress." };
    private static readonly Option<bool> Verbose = new("--verbose", "-v") { Description = "One line for every step." };

    public static Command Create()
    {
        var command = new Command("gate", "Decide whether a release may ship: run what ci/gate.yaml asks for, judge it, sign the verdict.\nexit: 0 passed · 1 failed · 2 not proven (host, interrupted, anything missing) · 3 usage")
        {
            Policy, Quarantine, Tier, Key, Record, Subject, Url, From, Resume, ShardOption, Images, Build, Jobs, Seed, Cold, Json, Verbose,
        };
        Roles.AddTo(command);
        command.SetAction(InvokeAsync);
        return command;
    }

    private static async Task<int> InvokeAsync(ParseResult result, CancellationToken cancellation)
    {
        var order = Order(result);
        using var key = await KeySource.FindAsync(result.GetValue(Key), cancellation);
        var work = new GateWork(order, TimeProvider.System);
        var from = (result.GetValue(From) ?? []).Select(run => RecordedRuns.Folder(order.Checkout, run)).ToArray();
        if (from is not [] && (order.Resumed is not [] || order.Shard is not null))
            throw new InputException("--from judges runs that were made; --resume and --shard make one: give one or the other");
        GateRequest request;
        var folder = from.LastOrDefault();
        var made = false;
        if (folder is not null)
        {
            request = await work.FromAsync(from, cancellation);
        }
        else
        {
            await using var progress = IRunProgress.For(result.GetValue(Json), result.GetValue(Verbose));
            // An interruption drains the run; what it left is judged, and is not proven.
            if (await work.RunAsync(progress, cancellation) is not { } ran)
            {
                await Console.Error.WriteLineAsync($"shard {order.Shard} has no scenario: there are fewer of them than shards. Nothing was run and nothing is recorded; judge the other shards together with kola gate --from");
                return ExitCode.Passed;
            }

            (request, folder, made) = ran;
        }

        var verdict = Judge.Of(request);
        var subject = SubjectOf(order, request);
        GateSummary.Write(verdict, request.Policy.Tier, subject, Console.Error);
        await Console.Error.WriteLineAsync($"  recorded in {folder}");
        await new VerdictFiles(order, request, verdict, await work.CandidateAsync(cancellation), folder, subject).WriteAsync(key, result.GetValue(Record), Console.Error, CancellationToken.None);
        if (made)
            await TraceExport.SendAsync(folder, Console.Error, TimeProvider.System);
        return verdict.Result switch
        {
            GateResult.Passed => ExitCode.Passed,
            GateResult.NotProven => ExitCode.NotProven,
            _ => ExitCode.Failed,
        };
    }

    private static GateOrder Order(ParseResult result)
    {
        var checkout = Checkout.Find();
        var from = result.GetValue(From) is { Length: > 0 };
        return new()
        {
            Checkout = checkout,
            Files = GateFiles.Load(ShownPath.Of(result.GetValue(Policy) ?? checkout.Policy), ShownPath.Of(result.GetValue(Quarantine) ?? checkout.Quarantine)),
            Roles = Roles.Request(result).Cast(checkout.Images),
            Shard = result.GetValue(ShardOption) is { } shard ? Sharding.Parse(shard) : from ? null : Sharding.FromEnvironment(Environment.GetEnvironmentVariable),
            Resumed = [.. (result.GetValue(Resume) ?? []).Select(run => RecordedRuns.Folder(checkout, run))],
            Tier = result.GetValue(Tier),
            Build = result.GetValue(Build),
            Subjects = [.. (result.GetValue(Subject) ?? []).Select(named => Resource.Find(named) ?? throw new InputException($"--subject {named}: expected NAME@sha256: and 64 digits of lower-case hexadecimal"))],
            Url = PageOf(result.GetValue(Url)),
            Options = checkout.Options() with
            {
                Images = Options.Parse(result.GetValue(Images) ?? [], "--image", "debian-cloud=./other.qcow2"),
                Jobs = result.GetValue(Jobs),
                Seed = result.GetValue(Seed),
                Cold = result.GetValue(Cold),
            },
        };
    }

    private static string? PageOf(string? given) => given is null ? BuildJob.FromEnvironment(Environment.GetEnvironmentVariable)?.Url
        : Uri.TryCreate(given, UriKind.Absolute, out var address) && address.Scheme is "https" or "http" ? given
        : throw new InputException($"--url {given}: expected an address that begins with https:// or http://");

    private static string SubjectOf(GateOrder order, GateRequest request) =>
        (request.Candidate is { } candidate ? $"{candidate.Image} {candidate.Version}" : "what was booted") + (order.Shard is { } shard ? $" (by shard {shard} alone; judge all shards together with kola gate --from)" : "");
}
