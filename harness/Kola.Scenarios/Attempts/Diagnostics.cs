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

    /// <summary>Never throws: what cannot be had is noted in the machine's <c>diagnostics.txt</c>.</summary>
    public Task GatherAsync(IEnumerable<LiveMachine> machines) => Task.WhenAll(machines.Select(GatherAsync));

    /// <summary>What the consoles told of faults after the first line, which ended the attempt: the cause often follows the symptom.</summary>
    public static string? Afterwards(IEnumerable<LiveMachine> machines, string reason)
    {
        const int most = 5;
        var lines = machines.SelectMany(m => m.FaultLines).Distinct().Where(line => !reason.Contains(line, StringComparison.Ordinal)).Take(most).ToArray();
        return lines.Length == 0 ? null : $"the console went on: {string.Join("\n", lines)}";
    }

    private async Task ListenAsync(LiveMachine live)
    {
        var start = time.GetTimestamp();
        var (seen, since) = (live.Machine.Console.Position, start);
        while (live.Machine.State == MachineState.Running && time.GetElapsedTime(since) < Silence && time.GetElapsedTime(start) < MostPatience)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), time);
            if (live.Machine.Console.Position != seen)
                (seen, since) = (live.Machine.Console.Position, time.GetTimestamp());
        }
    }

    private async Task GatherAsync(LiveMachine live)
    {
        if (!live.FaultLines.IsEmpty)
            await ListenAsync(live);
        var target = Path.Combine(folder, live.Name);
        var notes = new List<string> { $"state: {live.Machine.State}", $"boots: {string.Join(' ', live.Boots)}" };
        using var limit = new CancellationTokenSource(bound, time);
        await NoteAsync(notes, "console tail", () =>
            File.WriteAllLinesAsync(Path.Combine(target, "console-tail.txt"), live.Machine.Console.Tail(ConsoleTailLines), limit.Token));
        if (live.Machine.State == MachineState.Running)
        {
            if (live.Machine.Spec.Graphics)
                await NoteAsync(notes, "screenshot", () => live.Machine.ScreenshotAsync(Path.Combine(target, "screenshot.png"), limit.Token));
            if (live.Boots.Count > 0 && !Streamed(live).Any())
                await NoteAsync(notes, "journal", () => JournalAsync(live, target, limit.Token));
        }

        // The guest need not answer for what it has streamed, nor be on.
        if (Streamed(live).Any())
            await NoteAsync(notes, "journal", () => File.WriteAllLinesAsync(Path.Combine(target, JournalText), Streamed(live), limit.Token));

        // Where even the notes find no room, the attempt's own reason says so.
        await NoteAsync([], "notes", () => File.WriteAllLinesAsync(Path.Combine(target, "diagnostics.txt"), notes, CancellationToken.None));
    }

    private static IEnumerable<string> Streamed(LiveMachine live) =>
        (live.Machine.Journal?.Tail(JournalLines) ?? []).Select(entry => $"{entry.At:HH:mm:ss.ffffff} {entry.Identifier}: {entry.Message}");

    private async Task JournalAsync(LiveMachine live, string target, CancellationToken cancellation)
    {
        var journal = await live.Ssh.RunAsync($"journalctl --no-pager -o short-precise -n {JournalLines}; systemctl --failed --no-pager", bound, cancellation);
        await File.WriteAllTextAsync(Path.Combine(target, JournalText), journal.Stdout, cancellation);
    }

    private static async Task NoteAsync(List<string> notes, string what, Func<Task> gather)
    {
        try
        {
            await gather();
            notes.Add($"{what}: gathered");
        }
        catch (Exception e)
        {
            notes.Add($"{what}: could not be had: {e.Message}");
        }
    }
}
