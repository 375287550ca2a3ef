using Kola.Scenarios.Attempts;
using Kola.Scenarios.Live;

namespace Kola.Scenarios.Steps.Guest;

internal static class CompareExecution
{
    public static async Task<string?> RunAsync(CompareStep step, IReadOnlyList<StepContext> contexts, CancellationToken cancellation)
    {
        var outputs = new List<(string Machine, string Text)>();
        foreach (var context in contexts)
        {
            var result = await context.CommandAsync(step.Command, cancellation);
            if (result.ExitCode != 0)
                throw new StepFailedException($"'{step.Command}' on {context.Live.Name} ended with exit code {result.ExitCode}: {CommandExecution.Tail(result.Stderr)}");
            if (result.Stdout.Trim().Length == 0)
                throw new StepFailedException($"'{step.Command}' on {context.Live.Name} printed nothing: there is nothing to compare");
            outputs.Add((context.Live.Name, result.Stdout.Trim()));
        }

        var distinct = outputs.Select(o => o.Text).Distinct().Count();
        var holds = step.Outputs == OutputComparison.Equal ? distinct == 1 : distinct == outputs.Count;
        var seen = string.Join("\n", outputs.Select(o => $"{o.Machine}: {CommandExecution.Tail(o.Text)}"));
        return holds ? seen : throw new StepFailedException($"'{step.Command}': expected {step.Outputs.ToString().ToLowerInvariant()} outputs, got\n{seen}");
    }
}
