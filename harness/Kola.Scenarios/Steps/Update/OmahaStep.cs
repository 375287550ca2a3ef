using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Scenarios.Services;
using Kola.Servers.Omaha;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Steps.Update;

/// <summary>Judges what a machine told an Omaha server, over the whole attempt and over the scenarios that this one continues from.</summary>
[Keyword("omaha"), Description("Judge what a machine told an Omaha server until now. Whatever is expected, the version that it named last in the boot that runs must be the release that runs.")]
public sealed record OmahaStep : Step, IMachineStep
{
    /// <summary>What update_engine can say after what. A check carries what became of the update before.</summary>
    private static readonly Dictionary<string, string[]> Follows = new()
    {
        ["download-finished"] = ["download-started"],
        ["installed"] = ["download-finished"],
        ["download-started"] = ["check", "updated", "rolled-back"],
    };

    [Description("All that it said, in order: check, download-started (13/1), download-finished (14/1), installed (3/1), updated (3/2 with a previous version), rolled-back (3/0 with 44), error (3/0). Checks that follow each other count once; pings do not count.")]
    [NotEmpty, OneOf(typeof(OmahaEvent), nameof(OmahaEvent.Words)), Example("[check, download-started, download-finished, installed, updated]")]
    public IReadOnlyList<string> Events { get; init; } = [];

    [Description("Code of its last error, without flag bits: 2500 for HTTP status 500 on a check."), Range(1, 9999)]
    public int? Error { get; init; }

    [Description("Release that its last update came from, by its own report: a role, or a version."), StandsFor(ReleaseWords.Release), Example("previous")]
    public string? UpdatedFrom { get; init; }

    [Description("Version that it named in its last request: a role, or a version."), StandsFor(ReleaseWords.Release), Example("candidate")]
    public string? Version { get; init; }

    [Description("The track that it named in its last request."), Example("stable")]
    public string? Group { get; init; }

    [Description("How long it may take until all this holds, for KVM. Default: it is judged at once."), Example("30s")]
    public TimeSpan? Within { get; init; }

    [Description("Name of the server, of a step 'offer' or, where the image is updated by Omaha, of a step 'serve'. Needed only where there are several.")]
    public string? Server { get; init; }

    private OmahaExpectation Expected => new() { Events = Events, Error = Error, UpdatedFrom = UpdatedFrom };

    private protected override string Describe() => Shorten(string.Join("; ", new[]
    {
        Events is [] ? null : string.Join(", ", Events),
        Error is null ? null : $"error {Error}",
        UpdatedFrom is null ? null : $"updated from {UpdatedFrom}",
        Version is null ? null : $"runs {Version}",
        Group is null ? null : $"of group {Group}",
    }.OfType<string>()));

    internal override void Check(StepChecks checks)
    {
        string[] offering = [.. checks.EverBefore<OfferStep>().Select(offer => offer.Server).Distinct()], serving = [.. checks.EverBefore<ServeStep>().Select(serve => serve.Server).Distinct()];
        if (offering is [] && serving is [])
            checks.Report(this, "no Omaha server before 'omaha'; expected a step 'offer' before it");
        else if (Server is not null || offering.Length > 1)
            checks.Choose(this, Server, [.. offering, .. serving], "server", "'omaha' does not say which server; expected 'server:'");
        if (Events is [] && (Error, UpdatedFrom, Version, Group) is (null, null, null, null))
            checks.Report(this, "nothing is judged; expected 'events', 'error', 'updated-from', 'version' or 'group'");
        if (Events is not [] && Error is not null && !Events.Contains("error"))
            checks.Report(this, $"error {Error} is expected and 'events' has none; expected 'error' in 'events'");
        if (Events is not [] && UpdatedFrom is not null && !Events.Contains("updated"))
            checks.Report(this, "'updated-from' is given and 'events' has no update; expected 'updated' in 'events'");
        foreach (var (before, word) in Events.Prepend("nothing").Zip(Events))
            if (Follows.GetValueOrDefault(word) is { } first && !first.Contains(before))
                checks.Report(this, $"'{word}' after {(before == "nothing" ? before : $"'{before}'")} is an order that no client reports; expected {string.Join(" or ", first)} before it");
    }

    async Task<string?> IMachineStep.RunAsync(MachineStepContext context, CancellationToken cancellation)
    {
        var live = context.Live;
        var server = context.Services.OmahaServer(Server);
        var id = Bare(await context.GuardAsync("the machine id", c => live.Adapter.MachineIdAsync(live.Ssh, c), cancellation));
        OmahaMachine? Machine() => server.Machines.FirstOrDefault(machine => Bare(machine.Id) == id);
        if (Within is { } within)
            await AwaitAsync(() => Mismatch(Machine()) is null, server, context, within * context.TimeScale, cancellation);
        var said = Machine();
        if ((Mismatch(said) ?? await ContradictionAsync(said!, context, cancellation)) is { } wrong)
            throw new StepFailedException($"{live.Name} and server {server.Name}: {wrong}{(said is null && server.Machines is [_, ..] others ? $"; it has heard of {string.Join(", ", others.Select(machine => machine.Id))}, and this is {id}" : "")}");
        return $"{string.Join(", ", said!.Events)}; release {said.Version}, group {said.Group ?? "none"}, {said.Pings} pings";
    }

    /// <summary>What differs, for a person; <see langword="null"/>: nothing.</summary>
    /// <param name="said"><see langword="null"/>: the machine has asked for nothing.</param>
    internal string? Mismatch(OmahaMachine? said) => Expected.Mismatch(said?.Events ?? [])
        ?? (said is null ? "the machine has sent no request"
            : Version is not null && said.Version != Version ? $"expected its last request to name version {Version}; got {said.Version}"
            : Group is not null && said.Group != Group ? $"expected its last request to name group {Group}; got {said.Group ?? "none"}"
            : null);

    /// <summary>What a machine says of itself in the boot that runs must be so; what it said in an earlier one may have been so then.</summary>
    private static async Task<string?> ContradictionAsync(OmahaMachine said, MachineStepContext context, CancellationToken cancellation)
    {
        var live = context.Live;
        if (said.BootId is null || live.Boots is not [.., var boot] || Bare(said.BootId) != Bare(boot))
            return null;
        var release = await context.GuardAsync("the release", live.ReleaseAsync, cancellation);
        return release.Version == said.Version ? null : $"its last request names version {said.Version}, and it runs release {release.Version}";
    }

    private static async Task AwaitAsync(Func<bool> holds, OmahaServer server, MachineStepContext context, TimeSpan within, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(within, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            await context.Live.Machine.GuardAsync("what it reports to the Omaha server", within + context.GuardBound, c => server.WaitUntilAsync(_ => holds(), c), either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            // What it has said by now is judged.
        }
    }

    private static string Bare(string id) => id.Replace("-", "", StringComparison.Ordinal).Trim(' ', '{', '}').ToLowerInvariant();
}
