namespace Kola.Bench.Peers;

/// <summary>What each has to do, on a machine with one processor.</summary>
internal static class PeerTask
{
    public const int MemoryMiB = 1024;

    /// <summary>Its text is not its output, so that an echo on a terminal is no answer.</summary>
    public const string Command = "echo answered-$((40 + 2))";

    public const string Answer = "answered-42";
}
