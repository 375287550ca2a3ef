using Kola.Results.Stories;

namespace Kola.Results.Allure;

/// <summary>A step as Allure shows it: what machines and consoles did meanwhile lies below it.</summary>
internal static class AllureSteps
{
    public static AllureStep Of(StepStory step)
    {
        var status = AllureResults.Status(step.Outcome);
        return new()
        {
            Name = PlainText.Line($"{(step.Begin.Step == 0 ? "" : $"{step.Begin.Step}. ")}{step.Begin.Title}{(step.Begin.Machine is null ? "" : $" ({step.Begin.Machine})")}"),
            Status = status,
            StatusDetails = status == "passed" ? null : new(step.Outcome is null ? "It has no end." : step.Detail is null ? null : PlainText.Of(step.Detail, AllureResults.LongestMessage)),
            Start = AllureResults.Milliseconds(step.Begin.At),
            Stop = AllureResults.Milliseconds(step.Stop),
            Parameters =
            [
                .. step.Begin.Location is { } location ? [new("at", location)] : Array.Empty<AllureLabel>(),
                .. status == "passed" && step.Detail is { } seen ? [new("seen", PlainText.Of(seen, 4000))] : Array.Empty<AllureLabel>(),
            ],
            Steps = [.. step.Meanwhile.Select(m => new AllureStep { Name = PlainText.Line(m.Line), Status = "passed", Start = AllureResults.Milliseconds(m.At), Stop = AllureResults.Milliseconds(m.At) })],
        };
    }
}
