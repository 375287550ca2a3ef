using System.Globalization;
using Kola.Machines;
using Kola.Scenarios.Model;

namespace Kola.Scenarios.Attempts.Holding;

/// <summary>Finds the step that somebody means.</summary>
internal static class BreakPoint
{
    /// <param name="wanted">A number as the log shows it, else a step's name, else its kind where the scenario has one of that kind only.</param>
    /// <returns>From 1.</returns>
    /// <exception cref="InputException">There is no such step, or there are several; the message lists all there are.</exception>
    public static int Find(ScenarioCase scenario, string wanted)
    {
        int[] all = [.. Enumerable.Range(1, scenario.Steps.Count)];
        if (int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return all.Contains(number) ? number : throw Refusal(scenario, $"has no step {wanted}", all);
        int[] named = [.. all.Where(n => scenario.Steps[n - 1].Name == wanted || scenario.Steps[n - 1].Title == wanted)];
        int[] found = named is [] ? [.. all.Where(n => scenario.Steps[n - 1].Kind == wanted)] : named;
        return found switch
        {
            [var only] => only,
            [] => throw Refusal(scenario, $"has no step '{wanted}'", all),
            _ => throw Refusal(scenario, $"has {found.Length} steps '{wanted}': give the number of one", found),
        };
    }

    private static InputException Refusal(ScenarioCase scenario, string what, IEnumerable<int> steps) =>
        new($"--break: {scenario.Id} {what}; there are\n{string.Join('\n', steps.Select(n => $"  {n}  {scenario.Steps[n - 1].Title}"))}");
}
