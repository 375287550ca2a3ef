using Kola.Scenarios.Attempts;
using Kola.Scenarios.Live;

namespace Kola.Scenarios.Steps.Guest;

/// <summary>Checks everything that the step names and tells all differences, not only the first.</summary>
internal static class ExpectExecution
{
    public static async Task<string?> RunAsync(ExpectStep step, StepContext context, CancellationToken cancellation)
    {
        var seen = new List<string>();
        var wrong = new List<string>();
        await context.Live.Machine.GuardAsync(step.Title, context.Bound, async c =>
        {
            await CheckReleaseAsync(step, context, seen, wrong, c);
            await CheckUnitsAsync(step, context, seen, wrong, c);
            foreach (var (path, expectation) in step.Files)
                wrong.AddRange((await FileCheck.RunAsync(path, expectation, context, c)).Select(w => $"{path}: {w}"));
            if (step.Cmdline is not null && step.Cmdline.Check(await context.Live.Adapter.CommandLineAsync(context.Live.Ssh, c)) is { } cmdline)
                wrong.Add($"kernel command line: {cmdline}");
            return true;
        }, cancellation);
        if (step.Boots is { } boots && boots != context.Live.Boots.Count)
            wrong.Add($"expected {boots} boots, saw {context.Live.Boots.Count}: {string.Join(", ", context.Live.Boots)}");
        if (wrong.Count > 0)
            throw new StepFailedException($"{context.Live.Name}: {string.Join("\n", wrong)}");
        return seen.Count == 0 ? null : string.Join(", ", seen);
    }

    private static async Task CheckReleaseAsync(ExpectStep step, StepContext context, List<string> seen, List<string> wrong, CancellationToken cancellation)
    {
        if (step.Release is not null || step.Slot is not null)
        {
            var release = await context.Live.ReleaseAsync(cancellation);
            seen.Add($"release {release.Version}{(release.Slot is null ? "" : $", slot {release.Slot}")}");
            Compare("release", step.Release, release.Version, wrong);
            Compare("slot", step.Slot, release.Slot, wrong);
        }

        if (step.MarkedGood is not null || step.TriesLeft is not null)
        {
            var assessment = await context.Live.AssessmentAsync(cancellation);
            seen.Add(assessment is null ? "boots are not counted" : $"entry {assessment.Entry}");
            Compare("marked good", step.MarkedGood, assessment?.MarkedGood, wrong);
            Compare("tries left", step.TriesLeft, assessment?.TriesLeft, wrong);
        }
    }

    private static async Task CheckUnitsAsync(ExpectStep step, StepContext context, List<string> seen, List<string> wrong, CancellationToken cancellation)
    {
        if (step.Units.Count > 0)
        {
            var states = await context.Live.Adapter.UnitsAsync(context.Live.Ssh, [.. step.Units.Keys], cancellation);
            foreach (var (unit, expected) in step.Units)
                Compare(unit, expected.ToString().ToLowerInvariant(), states[unit].ActiveState, wrong);
            seen.AddRange(states.Select(s => $"{s.Key} {s.Value.ActiveState}"));
        }

        if (step.FailedUnits is not null)
        {
            var failed = (await context.Live.Adapter.HealthAsync(context.Live.Ssh, cancellation)).FailedUnits;
            if (!failed.ToHashSet().SetEquals(step.FailedUnits))
                wrong.Add($"failed units: expected {Names(step.FailedUnits)}, got {Names(failed)}");
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
