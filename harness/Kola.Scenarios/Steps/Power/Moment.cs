using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Kola.Machines;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Scenarios.Services;
using Kola.Scenarios.Steps.Console;
using Kola.Scenarios.Steps.Update;
using Kola.Servers.Payloads;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Steps.Power;

/// <summary>When something is done to a machine that is at work.</summary>
[ExactlyOneOf("served", "console", "says", "started"), OnlyWith("started", "times")]
public sealed record Moment
{
    [Description("So much of the files has been served: a size, a percentage, or random (by the run's seed)."), Example("50%")]
    public Extent? Served { get; init; }

    [Description("Which files are meant: what they are for (payload, hashes, manifest, signature, boot-entry), or a name, in which * stands for any characters. Default: all of the release."), Example("boot-entry")]
    public string Of { get; init; } = "*";

    [Description("Server that is meant. Needed only where the scenario has several.")]
    public string? Server { get; init; }

    [Description("The serial console shows this from now on: a .NET regular expression.")]
    public Pattern? Console { get; init; }

    [Description("The machine's own programs report this on the console from now on.")]
    public Said? Says { get; init; }

    [Description("The boot loader starts this release: a role, or a version."), StandsFor(ReleaseWords.Release), Example("candidate")]
    public string? Started { get; init; }

    [Description("Which of its starts is meant, counted from the machine's first start. Default: 1."), Range(1, 100)]
    public int Times { get; init; } = 1;

    /// <summary>For people, on one short line.</summary>
    [Unwritten]
    public string Title => Console is { } pattern ? $"at /{pattern}/" : Says is { } said ? $"when the console says {said}" : Started is { } release ? $"when release {release} is started for time {Times}" : $"when {Served} of {Of} is served";

    internal IEnumerable<ServedFile> NeededFiles => ServedFile.Of(Of, alone: true);

    /// <summary>Reports what is wrong with it as part of a step.</summary>
    internal void Check(Step step, StepChecks checks)
    {
        if (Served is not null)
            ServeStep.CheckServer(step, Server, "server", checks);
    }

    /// <summary>Waits for it. Returns what was seen. An update in the background that ends before makes the moment come never.</summary>
    /// <exception cref="StepFailedException">The update has ended.</exception>
    /// <exception cref="InputException">The moment cannot come.</exception>
    internal Task<string> AwaitAsync(Step step, MachineStepContext context, CancellationToken cancellation)
    {
        var from = context.Live.Machine.Console.Position;
        if (Served is not null)
            CheckServed(step, context.Services.Find<PayloadService>(Server));
        return context.Live.Machine.GuardAsync($"the moment {Title}", context.Bound, async c =>
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(c);
            var reached = ReachedAsync(from, context, over.Token);
            Task ends = context.Live.Update?.Report ?? Task.Delay(Timeout.InfiniteTimeSpan, context.Time, over.Token);
            var first = await Task.WhenAny(reached, ends);
            if (first != reached)
                throw new StepFailedException($"the update ended before the moment {Title}: {Excerpt.Tail((await context.Live.Update!.Report).Output)}");
            var seen = await reached;
            await over.CancelAsync();
            return seen;
        }, cancellation);
    }

    /// <summary>A share of nothing is never served.</summary>
    private void CheckServed(Step step, PayloadService service)
    {
        if (service.Server.Offered(service.Named(Of)) is [])
            throw new InputException($"{step.Location}: no file that server {service.Name} serves matches '{Of}'; expected a pattern that matches one of {string.Join(", ", service.Server.Offered("*"))}");
    }

    private async Task<string> ReachedAsync(long from, MachineStepContext context, CancellationToken cancellation)
    {
        if ((Console?.ToRegex() ?? Says?.Words(context.Live)) is { } pattern)
            return (await context.Live.Machine.Console.WaitForAsync(pattern, from, cancellation)).Line.Trim();
        if (Started is { } release)
            return await context.Live.Releases.StartedAsync(release, Times, cancellation);
        var service = context.Services.Find<PayloadService>(Server);
        var files = service.Named(Of);
        var wanted = await service.Server.WaitForServedAsync(files, Served!.Value, cancellation);
        return $"{service.Server.ServedOf(files)} bytes of {Of} were served ({wanted} awaited)";
    }
}
