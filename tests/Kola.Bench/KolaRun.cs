using Kola.Results.Events;

namespace Kola.Bench;

/// <summary>A run of <c>kola run</c> that passed.</summary>
/// <param name="Folder">Its record.</param>
/// <param name="OwnSeconds">Processor seconds of Kola itself.</param>
/// <param name="OtherSeconds">Processor seconds of what Kola started, QEMU most of all.</param>
/// <param name="PeakMiB">The most that Kola itself had in memory.</param>
internal sealed record KolaRun(string Folder, IReadOnlyList<RunEvent> Events, double OwnSeconds, double OtherSeconds, long PeakMiB)
{
    /// <summary>Seconds from admission to the end of a step.</summary>
    public double Answer(int step = 1) => Between(e => e is AttemptStarted, e => e is StepFinished finished && finished.Step == step);

    /// <summary>Seconds between the first records that two conditions hold for.</summary>
    public double Between(Func<RunEvent, bool> from, Func<RunEvent, bool> to) => Math.Round((First(to).At - First(from).At).TotalSeconds, 3);

    /// <summary>Seconds from admission until the machine has let Kola in, by the transcript's first line: <c># TIME connected …</c>.</summary>
    public double LoggedIn()
    {
        var transcript = Directory.EnumerateFiles(Folder, "ssh.log", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        var words = File.ReadLines(transcript).First().Split(' ');
        return words is ["#", var time, "connected", ..] && DateTimeOffset.TryParse(time, out var at)
            ? Math.Round((at - First(e => e is AttemptStarted).At).TotalSeconds, 3)
            : throw new BenchException($"{transcript} does not begin with when Kola was connected");
    }

    /// <exception cref="BenchException">Its machine came up in another way.</exception>
    public void MustHaveComeUpAs(string path)
    {
        if (!Events.OfType<MachineOrigin>().Any(origin => origin.Path == path))
            throw new BenchException($"the machine did not come up as a {path}; see {Folder}");
    }

    private RunEvent First(Func<RunEvent, bool> condition) =>
        Events.FirstOrDefault(condition) ?? throw new BenchException($"{Folder} has no record of what is measured");
}
