using System.ComponentModel;
using Kola.Machines.Ssh;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Scenarios.Model.Values;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Guest;

/// <summary>Runs a command on several machines and compares what they print. One step over all its machines, not one for each.</summary>
[Keyword("compare", Value = nameof(Command)), Description("Run a command on several machines and compare what they print.")]
public sealed record CompareStep : Step, ISeveralMachinesStep
{
    [Description("Command for the login user's shell; it must succeed and print something."), Format(@"\S", "a command"), Example("cat /etc/machine-id")]
    public required string Command { get; init; }

    [Description("equal: all print the same; different: no two print the same. White space at both ends is left out.")]
    public required OutputComparison Outputs { get; init; }

    private protected override string Describe() => Shorten(Command);

    async Task<string?> ISeveralMachinesStep.RunAsync(IReadOnlyList<MachineStepContext> contexts, CancellationToken cancellation)
    {
        var outputs = new List<(string Machine, string Text)>();
        foreach (var context in contexts)
            outputs.Add((context.Live.Name, Output(context.Live.Name, await context.CommandAsync(Command, cancellation))));

        var distinct = outputs.Select(o => o.Text).Distinct().Count();
        var holds = Outputs == OutputComparison.Equal ? distinct == 1 : distinct == outputs.Count;
        var seen = string.Join("\n", outputs.Select(o => $"{o.Machine}: {Excerpt.Tail(o.Text)}"));
        return holds ? seen : throw new StepFailedException($"'{Command}': expected {Outputs.ToString().ToLowerInvariant()} outputs, got\n{seen}");
    }

    /// <summary>What is compared: all that the command printed, as the difference may be where a person is not shown it.</summary>
    /// <exception cref="StepFailedException">There is nothing, or too much, to compare.</exception>
    internal string Output(string machine, CommandResult result)
    {
        if (result.ExitCode != 0)
            throw new StepFailedException($"'{Command}' on {machine} ended with exit code {result.ExitCode}: {Excerpt.Tail(result.Stderr)}");
        if (result.WholeStdout is not { } whole)
            throw new StepFailedException($"'{Command}' on {machine}: {TextExpectation.TooLong}");
        return whole.Trim() is { Length: > 0 } text ? text : throw new StepFailedException($"'{Command}' on {machine} printed nothing: there is nothing to compare");
    }
}

public enum OutputComparison { Equal, Different }
