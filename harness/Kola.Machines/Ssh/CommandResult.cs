namespace Kola.Machines.Ssh;

/// <summary>What a command did.</summary>
/// <param name="ExitCode">As the shell counts: 128 + number for a command that died of a signal.</param>
/// <param name="Stdout">UTF-8, for people; of very long output the middle is left out, and a line says so. Judge <see cref="WholeStdout"/>.</param>
/// <param name="Stderr">As <paramref name="Stdout"/>.</param>
public sealed record CommandResult(int ExitCode, string Stdout, string Stderr, TimeSpan Duration)
{
    /// <summary>Output of more bytes is not kept whole.</summary>
    public const int JudgedBytes = 16 << 20;

    /// <summary>The signal it died of, without SIG (RFC 4254 section 6.10), or <see langword="null"/>.</summary>
    public string? Signal { get; init; }

    /// <summary>Standard output without anything left out; <see langword="null"/> when it was longer than <see cref="JudgedBytes"/>.</summary>
    public string? WholeStdout { get; init; } = Stdout;

    /// <inheritdoc cref="WholeStdout"/>
    public string? WholeStderr { get; init; } = Stderr;

    /// <summary>The processes that the command left behind and that still hold its output, such as <c>sleep 300 (pid 812)</c>: what they write comes too late. <see langword="null"/>: the output ended with the command.</summary>
    public string? HeldBy { get; init; }

    public bool Succeeded => ExitCode == 0;
}
