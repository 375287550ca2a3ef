using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Kola.Cli.Terminal;

/// <summary>What is typed on standard input, which is a terminal.</summary>
/// <remarks>Read from the descriptor itself: <see cref="Console"/> would take the terminal out of its line mode, and a read that is given up would leave it so.</remarks>
internal static partial class TerminalKeys
{
    private const int StandardInput = 0;

    /// <summary>TCIFLUSH of Linux.</summary>
    private const int Typed = 0;

    /// <summary>Drops what was typed so far: an Enter from before is no answer to what is asked now.</summary>
    public static void Forget() => _ = Flush(StandardInput, Typed);

    /// <summary>Returns at the next Enter, or when the terminal is closed.</summary>
    /// <exception cref="OperationCanceledException">Cancelled. The read stays behind in its thread, and takes the next line that is typed.</exception>
    public static Task EnterAsync(CancellationToken cancellation) => Task.Run(ReadLine, CancellationToken.None).WaitAsync(cancellation);

    private static void ReadLine()
    {
        using var handle = new SafeFileHandle(StandardInput, ownsHandle: false);
        using var input = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        while (input.ReadByte() is not (-1 or '\n'))
        {
        }
    }

    [LibraryImport("libc", EntryPoint = "tcflush")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Flush(int descriptor, int queue);
}
