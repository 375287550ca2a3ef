using System.ComponentModel;
using System.Text.RegularExpressions;
using Kola.Machines.Qemu.Serial;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Steps.Console;

/// <summary>Judges the serial console since the machine was first started.</summary>
[Keyword("console"), Description("Judge what the serial console has shown since the machine was first started."), NotEmpty]
public sealed record ConsoleStep : Step, IMachineStep
{
    [Description("Regular expressions that the console shows, waited for within the time-out; one or a list.")]
    public IReadOnlyList<Pattern> Seen { get; init; } = [];

    [Description("Regular expressions that the console must not have shown until now; one or a list.")]
    public IReadOnlyList<Pattern> Never { get; init; } = [];

    [Description("What the machine's own programs report on it, waited for within the time-out.")]
    public IReadOnlyList<Said> Says { get; init; } = [];

    [Description("What they must not have reported until now.")]
    public IReadOnlyList<Said> NeverSays { get; init; } = [];

    private protected override string Describe() =>
        Shorten(string.Join(", ", [.. Seen.Select(p => $"seen /{p}/"), .. Says.Select(said => $"says {said}"), .. Never.Select(p => $"never /{p}/"), .. NeverSays.Select(said => $"never says {said}")]));

    async Task<string?> IMachineStep.RunAsync(MachineStepContext context, CancellationToken cancellation)
    {
        var seen = new List<string>();
        foreach (var pattern in Seen.Select(pattern => pattern.ToRegex()).Concat(Says.Select(said => said.Words(context.Live))))
            seen.Add((await AwaitAsync(context, pattern, cancellation)).Line.Trim());

        foreach (var pattern in Never.Select(pattern => pattern.ToRegex()).Concat(NeverSays.Select(said => said.Words(context.Live))))
            if (await context.Live.Machine.Console.FindAsync(pattern, cancellation) is { } found)
                throw new StepFailedException($"the console of {context.Live.Name} must never show /{pattern}/, it shows '{found.Trim()}'");
        return seen.Count == 0 ? null : string.Join("; ", seen);
    }

    /// <summary>Waits until the console shows a match, from the first byte on: what was shown already counts.</summary>
    internal static Task<ConsoleMatch> AwaitAsync(MachineStepContext context, Regex pattern, CancellationToken cancellation) =>
        context.Live.Machine.GuardAsync($"/{pattern}/ on the console", context.Bound,
            c => context.Live.Machine.Console.WaitForAsync(pattern, 0, c), cancellation);
}
