using Kola.Machines.Images;

namespace Kola.Cli.Terminal;

/// <summary>Progress of getting images: one line a phase in a log, a line that is rewritten on a terminal.</summary>
internal sealed class ImageProgressLines(TextWriter output, bool terminal, TimeProvider time) : IProgress<ImageProgress>
{
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(200);

    private readonly Lock gate = new();
    private ImageProgress? last;
    private long drawn;
    private bool open;

    public static ImageProgressLines OnStandardError() => new(Console.Error, !Console.IsErrorRedirected, TimeProvider.System);

    public void Report(ImageProgress value)
    {
        lock (gate)
        {
            var news = last is null || last.Image != value.Image || last.Phase != value.Phase || last.Detail != value.Detail;
            last = value;
            if (!news && (!terminal || time.GetElapsedTime(drawn) < Redraw))
                return;
            drawn = time.GetTimestamp();
            if (open)
                output.Write(news ? "\n" : "\r\e[K");
            output.Write($"{value.Image}: {value.Detail ?? value.Phase.ToString().ToLowerInvariant()}{Amount(value)}");
            open = terminal;
            if (!terminal || value.Phase == ImagePhase.Done)
            {
                output.WriteLine();
                open = false;
            }

            output.Flush();
        }
    }

    private static string Amount(ImageProgress value) => value switch
    {
        { Done: 0 } => "",
        { Total: > 0 and { } total } => $" {value.Done >> 20} of {total >> 20} MiB ({100 * value.Done / total} %)",
        _ => $" {value.Done >> 20} MiB",
    };
}
