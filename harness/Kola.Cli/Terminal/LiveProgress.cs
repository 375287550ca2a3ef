using Kola.Results;
using Kola.Results.Events;
using Spectre.Console;

namespace Kola.Cli.Terminal;

/// <summary>A table that shows what runs now, redrawn while it goes; what has ended scrolls by above it.</summary>
internal sealed class LiveProgress : IRunProgress
{
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(250);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Row> running = [];
    private readonly List<string> ended = [];
    private readonly CancellationTokenSource stop = new();
    private readonly IAnsiConsole console;
    private readonly TimeProvider time;
    private readonly RunForecast forecast = new();
    private string? awaited;

    /// <summary>Begins with the run's plan: until then images are built, and tell so themselves.</summary>
    private Task? drawing;

    public LiveProgress(IAnsiConsole console, TimeProvider time)
    {
        this.console = console;
        this.time = time;
    }

    public void Show(RunEvent record)
    {
        lock (gate)
        {
            forecast.Take(record);
            Take(record);
            if (record is RunPlanned)
                drawing ??= Task.Run(DrawAsync);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (stop.IsCancellationRequested)
            return;
        await stop.CancelAsync();
        if (drawing is not null)
            await drawing;
        stop.Dispose();
    }

    private void Take(RunEvent record)
    {
        switch (record)
        {
            case RunPlanned plan:
                ended.Add($"[grey]run {Markup.Escape(plan.Run)} · {PlainProgress.Count(plan.Scenarios.Count, "scenario")} · {plan.Host.Accelerator} · QEMU {Markup.Escape(plan.Host.QemuVersion)} · seed {plan.Seed}[/]");
                // A line must fit a terminal: here it is only named why there is no KVM.
                if (plan.Host.Accelerator == "tcg")
                    ended.Add($"[grey]emulated, about ten times slower than with KVM: {Markup.Escape(plan.Host.AcceleratorReason.Split(':')[0])} (details: kola doctor)[/]");
                ended.AddRange(plan.Notes.Select(note => $"[yellow]![/] [grey]{Markup.Escape(note)}[/]"));
                break;
            case AdmissionAwaited waiting:
                awaited = $"{waiting.Scenario}: {waiting.Detail}";
                break;
            case AttemptStarted attempt:
                awaited = null;
                running[attempt.Scenario] = new(time.GetTimestamp());
                break;
            case StepStarted step when running.TryGetValue(step.Scenario, out var row):
                row.Doing = step.Machine is null ? step.Title : $"{step.Machine}: {step.Title}";
                break;
            case ConsoleFault fault:
                ended.Add($"[yellow]![/] {Markup.Escape(fault.Scenario)} [grey]{Markup.Escape(fault.Machine)} {fault.Fault}: {Markup.Escape(fault.Line)}[/]");
                break;
            case AttemptFinished attempt:
                running.Remove(attempt.Scenario);
                ended.Add(Line(attempt));
                break;
        }
    }

    private static string Line(AttemptFinished attempt)
    {
        var (colour, mark) = attempt.Outcome switch
        {
            Outcome.Passed => ("green", "✔"),
            Outcome.Failed => ("red", "✘"),
            _ => ("yellow", "?"),
        };
        var reason = attempt.Reason is null ? "" : $" [grey]{Markup.Escape(Wording.Reason(attempt)!.Split('\n')[0])}[/]";
        return $"[{colour}]{mark}[/] {Markup.Escape(attempt.Scenario)} [grey]{Wording.Seconds(attempt.Seconds)}[/]{reason}";
    }

    private Task DrawAsync() => console.Live(new Text("")).AutoClear(true).StartAsync(async context =>
    {
        while (true)
        {
            var last = stop.IsCancellationRequested;
            lock (gate)
            {
                if (ended.Count > 0)
                {
                    // The table is taken away first, or its ends would stand behind the lines that scroll by.
                    context.UpdateTarget(new Text(""));
                    context.Refresh();
                    foreach (var line in ended)
                        console.MarkupLine(line);
                    ended.Clear();
                }

                context.UpdateTarget(last ? new Text("") : Overview());
            }

            context.Refresh();
            if (last)
                return;
            await Task.Delay(Redraw, time, stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    });

    private Table Overview()
    {
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumn("").AddColumn("").AddColumn(new TableColumn("").NoWrap());
        foreach (var (scenario, row) in running)
            table.AddRow($"[blue]▸[/] {Markup.Escape(scenario)}", $"[grey]{Wording.Seconds(time.GetElapsedTime(row.Start).TotalSeconds)}[/]", Markup.Escape(row.Doing));
        table.AddRow($"[grey]{forecast.Tell(time.GetUtcNow())}[/]", "", "");
        if (awaited is not null)
            table.AddRow($"[grey]{Markup.Escape(awaited)}[/]", "", "");
        return table;
    }

    private sealed class Row(long start)
    {
        public long Start => start;

        public string Doing { get; set; } = "";
    }
}
