namespace Kola.Machines.Ssh;

/// <summary>What a command did.</summary>
/// <param name="ExitCode">As the shell counts: 128 + number for a command that died of a signal.</param>
/// <param name="Stdout">UTF-8; of very long output the middle is left out, and a line says so.</param>
/// <param name="Stderr">As <paramref name="Stdout"/>.</param>
public sealed record CommandResult(int ExitCode, string Stdout, string Stderr, TimeSpan Duration)
{
    /// <summary>The signal it died of, without SIG (RFC 4254 section 6.10), or <see langword="null"/>.</summary>
    public string? Signal { get; init; }

    public bool Succeeded => ExitCode == 0;
}
