using Kola.Results.Events;

namespace Kola.Results.Stories;

/// <summary>What is different of a scenario since the run before in which it was tried.</summary>
/// <param name="Run">Name of that run.</param>
/// <param name="Because">What else is different, each a word or two: another image, another Kola.</param>
public sealed record ScenarioChange(string Id, ChangeKind Kind, string Run, Outcome? Before, double SecondsBefore, double SecondsNow, IReadOnlyList<string> Because)
{
    /// <summary>A duration has moved by at least this share, and by <see cref="Noticeable"/>.</summary>
    private const double Share = 0.3;

    /// <summary>In seconds.</summary>
    private const double Noticeable = 10;

    /// <summary><see langword="null"/>: nothing is, or one of them has no end.</summary>
    public static ScenarioChange? Between((RunStory Run, ScenarioStory Scenario) before, (RunStory Run, ScenarioStory Scenario) now)
    {
        if (before.Scenario.Outcome is not { } then || now.Scenario.Outcome is not { } ended)
            return null;
        var (secondsBefore, secondsNow) = (Seconds(before.Scenario), Seconds(now.Scenario));
        ChangeKind? kind = (then, ended) switch
        {
            (Outcome.Passed, Outcome.Passed) when Math.Abs(secondsNow - secondsBefore) is var moved && moved >= Noticeable && moved >= Share * secondsBefore
                => secondsNow > secondsBefore ? ChangeKind.Slower : ChangeKind.Faster,
            (Outcome.Passed, Outcome.Passed) => null,
            (Outcome.Passed, _) => ChangeKind.NewFailure,
            (_, Outcome.Passed) => ChangeKind.Fixed,
            _ => ChangeKind.FailsAgain,
        };
        return kind is { } known ? new(now.Scenario.Plan.Id, known, before.Run.Plan.Run, then, secondsBefore, secondsNow, [.. Causes(before, now)]) : null;
    }

    private static IEnumerable<string> Causes((RunStory Run, ScenarioStory Scenario) before, (RunStory Run, ScenarioStory Scenario) now)
    {
        string[] images = [.. now.Scenario.Plan.Images.Where(image => before.Scenario.Plan.Images.FirstOrDefault(other => other.Name == image.Name) is { } then && then.Sha256 != image.Sha256).Select(image => image.Name)];
        if (images is not [])
            yield return $"another image of {string.Join(" and ", images)}";
        if (now.Scenario.Plan.Images.Any(image => before.Scenario.Plan.Images.FirstOrDefault(other => other.Name == image.Name) is { } then && then.AdapterSha256 != image.AdapterSha256))
            yield return "another adapter program";
        if (before.Scenario.Plan.Sha256 != now.Scenario.Plan.Sha256)
            yield return "the scenario's file changed";
        if (before.Run.Plan.Kola != now.Run.Plan.Kola)
            yield return "another Kola";
        if (before.Run.Plan.Host.Accelerator != now.Run.Plan.Host.Accelerator)
            yield return $"{now.Run.Plan.Host.Accelerator} instead of {before.Run.Plan.Host.Accelerator}";
        if (before.Run.Plan.Host.QemuVersion != now.Run.Plan.Host.QemuVersion)
            yield return $"QEMU {now.Run.Plan.Host.QemuVersion} instead of {before.Run.Plan.Host.QemuVersion}";
    }

    /// <summary>Of the last attempt.</summary>
    private static double Seconds(ScenarioStory scenario) => (scenario.Attempts[^1].Stop - scenario.Attempts[^1].Start).TotalSeconds;
}

/// <summary>What a change is, the worst first.</summary>
public enum ChangeKind
{
    NewFailure,
    FailsAgain,
    Fixed,
    Slower,
    Faster,
}
