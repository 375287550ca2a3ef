using System.Text;

namespace Kola.Machines.Ssh;

/// <summary>A file that tells what went over SSH: each command with its time, exit code and output; connections and transfers.</summary>
public sealed class SshTranscript(string path, TimeProvider time)
{
    private readonly Lock gate = new();

    public string Path { get; } = path;

    /// <summary>A line about the connection itself.</summary>
    internal void Note(string text) => Append($"# {Now()} {text}\n");

    internal void Command(string command, CommandResult result) =>
        Append($"""
            $ {Now()} {command}
            {Lines("  ", result.Stdout)}{Lines("! ", result.Stderr)}= exit {result.ExitCode}{(result.Signal is { } signal ? $" (SIG{signal})" : "")} after {result.Duration.TotalSeconds:0.000} s{(result.HeldBy is { } holder ? $", its output is still held by {holder}" : "")}

            """);

    internal void Failed(string command, Exception reason) => Append($"$ {Now()} {command}\n{Lines("= ", reason.Message)}");

    private static string Lines(string mark, string text) =>
        text.Length == 0 ? "" : string.Concat(text.TrimEnd('\n').Split('\n').Select(line => $"{mark}{line.TrimEnd('\r')}\n"));

    private string Now() => time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");

    /// <summary>Opened and closed each time: what was written is there when the harness is killed.</summary>
    private void Append(string text)
    {
        lock (gate)
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
            using var file = new FileStream(Path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            file.Write(Encoding.UTF8.GetBytes(text));
        }
    }
}
