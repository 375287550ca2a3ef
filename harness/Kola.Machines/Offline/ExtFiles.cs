using CliWrap;
using CliWrap.Buffered;
using Kola.Machines.Host;

namespace Kola.Machines.Offline;

/// <summary>The files of an ext2, ext3 or ext4 file system that was taken out of a disk, by debugfs(8): without root, and without mounting it.</summary>
/// <param name="image">The file system, from its first byte.</param>
public sealed class ExtFiles(string image) : IPartitionFiles
{
    private const string Prompt = "debugfs: ";

    private static Package Tools { get; } = new("e2fsprogs", "e2fsprogs", "e2fsprogs");

    /// <summary>What a text file holds; empty where there is no such file, or no file system.</summary>
    public async Task<string> TextAsync(string path, CancellationToken cancellation) => (await AskAsync($"cat {path}", cancellation)).StandardOutput;

    /// <summary>Bytes of a file; <see langword="null"/> where there is none.</summary>
    public async Task<long?> LengthAsync(string path, CancellationToken cancellation)
    {
        var answer = (await AskAsync($"stat {path}", cancellation)).StandardOutput;
        var at = answer.IndexOf("Size: ", StringComparison.Ordinal);
        return at >= 0 && long.TryParse(answer.AsSpan(at + 6).TrimStart().ToString().Split([' ', '\n'], 2)[0], out var length) ? length : null;
    }

    /// <inheritdoc/>
    public async Task ReadAsync(string path, string target, CancellationToken cancellation)
    {
        var result = await AskAsync($"dump {path} \"{target}\"", cancellation);
        if (!File.Exists(target))
            throw Failed(result);
    }

    /// <inheritdoc/>
    public async Task WriteAsync(string path, string source, CancellationToken cancellation)
    {
        // A new name goes to the folder that debugfs is in. What was there goes first: images are made without room to spare.
        var slash = path.LastIndexOf('/');
        var result = await ChangeAsync($"rm {path}\ncd {path[..(slash + 1)]}\nwrite \"{source}\" {path[(slash + 1)..]}\n", cancellation);
        if (await LengthAsync(path, cancellation) != new FileInfo(source).Length)
            throw Failed(result);
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string path, CancellationToken cancellation)
    {
        var result = await ChangeAsync($"rm {path}\n", cancellation);
        if (result.StandardError.Contains("File not found", StringComparison.Ordinal))
            throw Failed(result);
    }

    /// <summary>What debugfs prints for each of many commands that only read.</summary>
    /// <exception cref="GuestException">One of them failed.</exception>
    internal async Task<IReadOnlyList<string>> AnswersAsync(IReadOnlyList<string> commands, CancellationToken cancellation)
    {
        var result = await RunAsync(["-f", "-", image], string.Concat(commands.Select(command => $"{command}\n")), cancellation);
        // Its version is all that it says there when nothing is wrong.
        if (result.StandardError.Split('\n', StringSplitOptions.RemoveEmptyEntries).Any(line => !line.StartsWith("debugfs ", StringComparison.Ordinal)))
            throw Failed(result);
        var answers = new List<string>();
        var (text, at) = (result.StandardOutput, 0);
        foreach (var command in commands)
        {
            // Each command is printed before its answer.
            var echo = $"{Prompt}{command}\n";
            if (!text.AsSpan(at).StartsWith(echo))
                throw Failed(result);
            at += echo.Length;
            var end = answers.Count + 1 < commands.Count ? text.IndexOf($"{Prompt}{commands[answers.Count + 1]}\n", at, StringComparison.Ordinal) : text.Length;
            if (end < 0)
                throw Failed(result);
            answers.Add(text[at..end]);
            at = end;
        }

        return answers;
    }

    private static GuestException Failed(BufferedCommandResult result) =>
        new($"debugfs failed on the file system: {result.StandardError.Trim()}; it is damaged or full, or the file is missing");

    private Task<BufferedCommandResult> AskAsync(string command, CancellationToken cancellation) => RunAsync(["-R", command, image], "", cancellation);

    private Task<BufferedCommandResult> ChangeAsync(string commands, CancellationToken cancellation) => RunAsync(["-w", "-f", "-", image], commands, cancellation);

    /// <remarks>It ends with 0 whatever became of its commands.</remarks>
    private static async Task<BufferedCommandResult> RunAsync(IReadOnlyList<string> arguments, string input, CancellationToken cancellation) =>
        await Cli.Wrap(Executables.Require("reading and changing slots of machines that are off", Tools, "debugfs")).WithArguments(arguments)
            .WithStandardInputPipe(PipeSource.FromString(input)).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellation);
}
