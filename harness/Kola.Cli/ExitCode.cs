namespace Kola.Cli;

/// <summary>What Kola's exit codes mean, the same for every command.</summary>
internal static class ExitCode
{
    /// <summary>All that was asked for holds.</summary>
    public const int Passed = 0;

    /// <summary>The product failed: a scenario did not pass, a file has errors.</summary>
    public const int Failed = 1;

    /// <summary>Nothing is proven: the host, its tools or Kola stood in the way.</summary>
    public const int NotProven = 2;

    /// <summary>The request itself is wrong: an unknown option, a file that is not there.</summary>
    public const int Usage = 3;

    /// <summary>Stopped by Ctrl-C or SIGTERM (128 + SIGINT, as shells count).</summary>
    public const int Interrupted = 130;
}
