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
            Name = $"{(step.Begin.Step == 0 ? "" : $"{step.Begin.Step}. ")}{step.Begin.Title}{(step.Begin.Machine is null ? "" : $" ({step.Begin.Machine})")}",
            Status = status,
            StatusDetails = status == "passed" ? null : new(step.Outcome is null ? "It has no end." : step.Detail),
            Start = AllureResults.Milliseconds(step.Begin.At),
            Stop = AllureResults.Milliseconds(step.Stop),
            Parameters =
            [
                .. step.Begin.Location is { } location ? [new("at", location)] : Array.Empty<AllureLabel>(),
                .. status == "passed" && step.Detail is { } seen ? [new("seen", seen)] : Array.Empty<AllureLabel>(),
            ],
            Steps = [.. step.Meanwhile.Select(m => new AllureStep { Name = m.Line, Status = "passed", Start = AllureResults.Milliseconds(m.At), Stop = AllureResults.Milliseconds(m.At) })],
        };
    }
}
