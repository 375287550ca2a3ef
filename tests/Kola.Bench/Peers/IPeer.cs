namespace Kola.Bench.Peers;

/// <summary>Another program that boots an image and talks to it, with the same task for each: log in, run a command, reboot, run a command.</summary>
internal interface IPeer
{
    string Name { get; }

    /// <summary>Why it cannot run here; <see langword="null"/>: it can.</summary>
    string? Missing { get; }

    /// <summary>Does the task once, from the start of its program to its end.</summary>
    /// <param name="disk">The image's disk, raw, which is not written to.</param>
    /// <param name="work">An empty folder.</param>
    /// <exception cref="BenchException">It did not get through.</exception>
    Task RunAsync(string disk, string work, CancellationToken cancellation);
}
