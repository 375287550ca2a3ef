using Kola.Results.Events;
using Spectre.Console;

namespace Kola.Cli.Terminal;

/// <summary>What a run looks like while it goes, drawn from its event records alone.</summary>
internal interface IRunProgress : IAsyncDisposable
{
    /// <summary>Takes the next record. Called in order, one at a time.</summary>
    void Show(RunEvent record);

    /// <summary>Whether it has told each failure in full, so that the summary need not.</summary>
    bool TellsReasons => false;

    /// <summary>JSON lines for scripts, a live table on a terminal, plain lines anywhere else.</summary>
    /// <param name="held">Whether a person is asked something in between: nothing is redrawn then, and the steps are shown with their numbers.</param>
    static IRunProgress For(bool json, bool verbose, bool held = false)
    {
        if (json)
            return new JsonLines(Console.Out);
        // A log of CI is read later: nothing is redrawn there even if it claims to be a terminal.
        verbose |= held;
        var live = !verbose && !Console.IsErrorRedirected && AnsiConsole.Profile.Capabilities.Interactive && Environment.GetEnvironmentVariable("CI") is null;
        return live
            ? new LiveProgress(AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) }), TimeProvider.System)
            : new PlainProgress(Console.Error, verbose);
    }
}
