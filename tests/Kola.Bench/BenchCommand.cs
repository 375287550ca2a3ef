using System.CommandLine;
using Kola.Bench.Parts;

namespace Kola.Bench;

/// <summary>The command line of <c>ci/bench</c>.</summary>
internal static class BenchCommand
{
    private const int Measured = 0, NotMeasured = 2, Usage = 3;

    private static readonly IBenchPart[] All = [new BootPart(), new PathsPart(), new SetPart(), new GatePart(), new CurvePart(), new RecordingPart(), new PeersPart(), new TenPart(), new HarnessPart(), new LabPart(), new OmahaPart(), new JudgePart(), new PhasesPart()];

    public static async Task<int> InvokeAsync(string[] arguments)
    {
        var pairs = new Option<int>("--pairs") { Description = "How many times each is measured, in turn.", DefaultValueFactory = _ => 3, HelpName = "N" };
        var image = new Option<string>("--image") { Description = "Image to boot.", DefaultValueFactory = _ => "kola-os", HelpName = "NAME" };
        var only = new Option<string?>("--only") { Description = "Some of the parts, with commas between them. Default: all but those on request.", HelpName = "PART,…" };
        var run = new Option<string?>("--run") { Description = "Phases of this recorded run, instead of running an update and a rollback.", HelpName = "DIR" };
        var json = new Option<string?>("--json") { Description = "Where the numbers go. Default: .kola/bench/TIME.json; .kola/bench/latest.json is the last.", HelpName = "FILE" };
        pairs.Validators.Add(given =>
        {
            if (given.Tokens is [{ Value: var text }] && (!int.TryParse(text, out var count) || count < 1))
                given.AddError($"--pairs {text}: expected a whole number from 1");
        });
        only.Validators.Add(given =>
        {
            foreach (var unknown in Names(given.Tokens is [{ Value: var text }, ..] ? text : null).Where(name => All.All(part => part.Name != name)))
                given.AddError($"there is no part '{unknown}'; expected some of {string.Join(", ", All.Select(part => part.Name))}");
        });
        var root = new RootCommand(Description()) { pairs, image, only, run, json };
        root.SetAction((result, cancellation) => MeasureAsync(
            new() { Pairs = result.GetValue(pairs), Image = result.GetValue(image)!, Parts = Names(result.GetValue(only)), Run = result.GetValue(run), Json = result.GetValue(json) }, cancellation));
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count == 0)
            return await parsed.InvokeAsync();
        foreach (var error in parsed.Errors)
            await Console.Error.WriteLineAsync($"ci/bench: {error.Message}");
        await Console.Error.WriteLineAsync("see ci/bench --help");
        return Usage;
    }

    private static string[] Names(string? only) => only?.Split(',') ?? [.. All.Where(part => !part.IsOnRequest).Select(part => part.Name)];

    private static string Description() =>
        "Measures how long a guest takes to answer by each way of coming up, beside the same QEMU started by hand, and what Kola itself costs.\n"
        + string.Concat(All.Select(part => $"\n  {part.Name,-9}{part.Measures}{(part.IsOnRequest ? " (on request)" : "")}"))
        + "\n\nA target that is missed is printed, not hidden; timings on a busy machine say little.\nexit: 0 measured · 2 something could not be measured · 3 usage";

    private static async Task<int> MeasureAsync(BenchOptions options, CancellationToken cancellation)
    {
        try
        {
            using var session = await BenchSession.OpenAsync(options, TimeProvider.System, cancellation);
            foreach (var part in All.Where(part => options.Parts.Contains(part.Name)))
                await part.MeasureAsync(session, cancellation);
            session.Keep();
            return Measured;
        }
        catch (Exception e) when (e is BenchException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"ci/bench: {e.Message}");
            return NotMeasured;
        }
    }
}
