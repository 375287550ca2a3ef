using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Kola.Machines.Guests;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Scenarios.Model.Values;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Steps.Guest;

/// <summary>Checks a running machine's state. All that is given is checked, and every difference is told.</summary>
[Keyword("expect"), Description("Check the machine's state."), NotEmpty]
public sealed record ExpectStep : Step, IMachineStep
{
    [Description("Release that is running: a role, or a version."), StandsFor(ReleaseWords.Release), Example("candidate")]
    public string? Release { get; init; }

    [Description("Slot that is running."), Example("A")]
    public string? Slot { get; init; }

    [Description("State by unit."), NotEmpty, Example("{ ssh: active }")]
    [Format(UnitNames.Pattern, UnitNames.Form, Keys = true)]
    public IReadOnlyDictionary<string, UnitState> Units { get; init; } = new Dictionary<string, UnitState>();

    /// <summary><see langword="null"/>: not checked.</summary>
    [Description("Exactly the units that have failed; [] for none.")]
    public IReadOnlyList<string>? FailedUnits { get; init; }

    [Description("What paths must be: absent, present, or a mapping."), NotEmpty, Format("^/", "an absolute path", Keys = true)]
    [Example("{ /etc/hostname: { equals: node1 }, /etc/nologin: absent }")]
    public IReadOnlyDictionary<string, FileExpectation> Files { get; init; } = new Dictionary<string, FileExpectation>();

    [Description("Kernel command line.")]
    public TextExpectation? Cmdline { get; init; }

    [Description("How often the machine has booted in this attempt, the first boot counted."), Range(1, 1000)]
    public int? Boots { get; init; }

    [Description("Whether the running release is marked good.")]
    public bool? MarkedGood { get; init; }

    [Description("Boot tries that the running release has left."), Range(0, 100)]
    public int? TriesLeft { get; init; }

    private protected override string Describe()
    {
        List<string?> parts =
        [
            Release is null ? null : $"release {Release}",
            Slot is null ? null : $"slot {Slot}",
            .. Units.Select(unit => $"{unit.Key} {unit.Value.ToString().ToLowerInvariant()}"),
            FailedUnits is null ? null : FailedUnits is [] ? "no failed units" : $"failed: {string.Join(' ', FailedUnits)}",
            .. Files.Keys,
            Cmdline is null ? null : "kernel command line",
            Boots is null ? null : Boots == 1 ? "1 boot" : $"{Boots} boots",
            MarkedGood is null ? null : MarkedGood.Value ? "marked good" : "not marked good",
            TriesLeft is null ? null : $"{TriesLeft} tries left",
        ];
        return Shorten(string.Join(", ", parts.OfType<string>()));
    }

    async Task<string?> IMachineStep.RunAsync(MachineStepContext context, CancellationToken cancellation)
    {
        var seen = new List<string>();
        var wrong = new List<string>();
        await context.Live.Machine.GuardAsync(Title, context.Bound, async c =>
        {
            await CheckReleaseAsync(context, seen, wrong, c);
            await CheckUnitsAsync(context, seen, wrong, c);
            foreach (var (path, expectation) in Files)
                wrong.AddRange((await FileCheck.RunAsync(path, expectation, context, c)).Select(w => $"{path}: {w}"));
            if (Cmdline is not null && Cmdline.Check(await context.Live.Adapter.CommandLineAsync(context.Live.Ssh, c)) is { } cmdline)
                wrong.Add($"kernel command line: {cmdline}");
            return true;
        }, cancellation);
        if (Boots is { } boots && boots != context.Live.Boots.Count)
            wrong.Add($"expected {boots} boots, saw {context.Live.Boots.Count}: {string.Join(", ", context.Live.Boots)}");
        if (wrong.Count > 0)
            throw new StepFailedException($"{context.Live.Name}: {string.Join("\n", wrong)}");
        return seen.Count == 0 ? null : string.Join(", ", seen);
    }

    private async Task CheckReleaseAsync(MachineStepContext context, List<string> seen, List<string> wrong, CancellationToken cancellation)
    {
        if (Release is not null || Slot is not null)
        {
            var release = await context.Live.ReleaseAsync(cancellation);
            seen.Add($"release {release.Version}{(release.Slot is null ? "" : $", slot {release.Slot}")}");
            Compare("release", Release, release.Version, wrong);
            Compare("slot", Slot, release.Slot, wrong);
        }

        if (MarkedGood is not null || TriesLeft is not null)
        {
            var assessment = await context.Live.AssessmentAsync(cancellation);
            seen.Add(Told(assessment));
            Compare("marked good", MarkedGood, assessment?.MarkedGood, wrong);
            Compare("tries left", TriesLeft, assessment?.TriesLeft, wrong);
        }
    }

    /// <param name="assessment"><see langword="null"/>: this boot loader counts no boots.</param>
    internal static string Told(BootAssessment? assessment) => assessment switch
    {
        null => "boots are not counted",
        { Entry: { Length: > 0 } entry } => $"entry {entry}",
        _ => "no boot entry",
    };

    private async Task CheckUnitsAsync(MachineStepContext context, List<string> seen, List<string> wrong, CancellationToken cancellation)
    {
        if (Units.Count > 0)
        {
            var units = Units.ToDictionary(unit => context.Live.UnitName(unit.Key), unit => unit.Value);
            var states = await context.Live.Adapter.UnitsAsync(context.Live.Ssh, [.. units.Keys], cancellation);
            foreach (var (unit, expected) in units)
                Compare(unit, expected.ToString().ToLowerInvariant(), states[unit].ActiveState, wrong);
            seen.AddRange(states.Select(s => $"{s.Key} {s.Value.ActiveState}"));
        }

        if (FailedUnits is not null)
        {
            var failed = (await context.Live.Adapter.HealthAsync(context.Live.Ssh, cancellation)).FailedUnits;
            if (!failed.ToHashSet().SetEquals(FailedUnits))
                wrong.Add($"failed units: expected {Names(FailedUnits)}, got {Names(failed)}");
            else
                context.Live.ExpectedFailedUnits.UnionWith(failed);
        }
    }

    private static void Compare<T>(string what, T? expected, T? seen, List<string> wrong)
    {
        if (expected is not null && !Equals(expected, seen))
            wrong.Add($"{what}: expected {expected}, got {(object?)seen ?? "nothing"}");
    }

    private static string Names(IReadOnlyCollection<string> units) => units.Count == 0 ? "none" : string.Join(' ', units);
}
