using System.Collections.Concurrent;
using Kola.Machines;
using Kola.Scenarios.Live;

namespace Kola.Scenarios.Attempts;

/// <summary>What is gathered from the machines of an attempt that did not pass, before they are torn down.</summary>
/// <param name="bound">For one machine, so that a dead guest does not hold up the run.</param>
internal sealed class Diagnostics(string folder, TimeSpan bound, TimeProvider time)
{
    private const int ConsoleTailLines = 100;
    private const int JournalLines = 5000;
    private const string JournalText = "journal.txt";

    /// <summary>A guest that fails goes on to print why: it is listened to until it has been silent for this long, at most <see cref="MostPatience"/>.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(20);

    /// <summary>How long gathering takes at the most: what has not come then is given up.</summary>
    /// <param name="bound">As the constructor's.</param>
    public static TimeSpan Longest(TimeSpan bound) => MostPatience + bound + TimeSpan.FromSeconds(10);

    /// <summary>Never throws: what cannot be had is noted in the machine's <c>diagnostics.txt</c>.</summary>
    /// <param name="stopping">Nothing is waited for once it is cancelled.</param>
    public Task GatherAsync(IReadOnlyList<LiveMachine> machines, CancellationToken stopping) => Task.WhenAll(machines.ToArray().Select(live => GatherAsync(live, stopping)));

    /// <summary>What the consoles told of faults after the first line, which ended the attempt: the cause often follows the symptom.</summary>
    public static string? Afterwards(IEnumerable<LiveMachine> machines, string reason)
    {
        const int most = 5;
        var lines = machines.SelectMany(m => m.FaultLines).Distinct().Where(line => !reason.Contains(line, StringComparison.Ordinal)).Take(most).ToArray();
        return lines.Length == 0 ? null : $"the console went on: {string.Join("\n", lines)}";
    }

    private async Task GatherAsync(LiveMachine live, CancellationToken stopping)
    {
        var notes = new ConcurrentQueue<string>();
        var target = Path.Combine(folder, live.Name);
        await NoteAsync(notes, "all", () => Bounded.RunAsync($"the diagnostics of {live.Name}", Longest(bound), time, () => GatherAsync(live, target, notes, stopping)));
        // Where even the notes find no room, the attempt's own reason says so.
        await NoteAsync([], "notes", () => File.WriteAllLinesAsync(Path.Combine(target, "diagnostics.txt"), notes, CancellationToken.None));
    }

    private async Task GatherAsync(LiveMachine live, string target, ConcurrentQueue<string> notes, CancellationToken stopping)
    {
        notes.Enqueue($"state: {live.Machine.State}");
        notes.Enqueue($"boots: {string.Join(' ', live.Boots)}");
        if (!live.FaultLines.IsEmpty)
            await NoteAsync(notes, "what the console said next", () => ListenAsync(live, stopping));
        using var late = new CancellationTokenSource(bound, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stopping);
        await NoteAsync(notes, "console tail", () =>
            File.WriteAllLinesAsync(Path.Combine(target, "console-tail.txt"), live.Machine.Console.Tail(ConsoleTailLines), CancellationToken.None));
        if (live.Machine.State == MachineState.Running)
        {
            if (live.Machine.Spec.Graphics)
                await NoteAsync(notes, "screenshot", () => live.Machine.ScreenshotAsync(Path.Combine(target, "screenshot.png"), limit.Token));
            if (live.Boots.Count > 0 && !Streamed(live).Any())
                await NoteAsync(notes, "journal", () => JournalAsync(live, target, limit.Token));
        }

        // The guest need not answer for what it has streamed, nor be on.
        if (Streamed(live).Any())
            await NoteAsync(notes, "journal", () => File.WriteAllLinesAsync(Path.Combine(target, JournalText), Streamed(live), CancellationToken.None));
    }

    private async Task ListenAsync(LiveMachine live, CancellationToken stopping)
    {
        var start = time.GetTimestamp();
        var (seen, since) = (live.Machine.Console.Position, start);
        while (live.Machine.State == MachineState.Running && time.GetElapsedTime(since) < Silence && time.GetElapsedTime(start) < MostPatience)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), time, stopping);
            if (live.Machine.Console.Position != seen)
                (seen, since) = (live.Machine.Console.Position, time.GetTimestamp());
        }
    }

    private static IEnumerable<string> Streamed(LiveMachine live) =>
        (live.Machine.Journal?.Tail(JournalLines) ?? []).Select(entry => $"{entry.At:HH:mm:ss.ffffff} {entry.Identifier}: {entry.Message}");

    private async Task JournalAsync(LiveMachine live, string target, CancellationToken cancellation)
    {
        var journal = await live.Ssh.RunAsync($"journalctl --no-pager -o short-precise -n {JournalLines}; systemctl --failed --no-pager", bound, cancellation);
        await File.WriteAllTextAsync(Path.Combine(target, JournalText), journal.Stdout, cancellation);
    }

    private static async Task NoteAsync(ConcurrentQueue<string> notes, string what, Func<Task> gather)
    {
        try
        {
            await gather();
            notes.Enqueue($"{what}: gathered");
        }
        catch (Exception e)
        {
            notes.Enqueue($"{what}: not available: {e.Message}");
        }
    }
}
