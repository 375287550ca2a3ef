using System.Text;
using Kola.Machines.Files;
using Kola.Machines.Host;
using Kola.Yaml;

namespace Kola.Machines.AdapterPrograms;

/// <summary>A program that answers for a family of operating systems what a guest adapter in C# would, in JSON. <c>Guests/README.md</c> describes the protocol.</summary>
/// <remarks>
/// It is started anew for each question and never reaches a machine itself: it names commands, which Kola runs over its own SSH session. So it needs no keys,
/// keeps no state, and can be tested without a machine. What it says decides verdicts: its digest is part of the record.
/// </remarks>
public sealed class AdapterProgram
{
    /// <summary>The version of the protocol that this Kola speaks.</summary>
    public const int Protocol = 1;

    /// <summary>Commands that may run in the guest for one question.</summary>
    public const int MostCommands = 8;

    /// <summary>Far more than a script needs: on a host that is full of emulated machines Python was seen to take seconds to start.</summary>
    public static readonly TimeSpan UsualBound = TimeSpan.FromMinutes(2);

    private readonly TimeProvider time;
    private readonly TimeSpan bound;

    private AdapterProgram(string path, string name, string sha256, TimeSpan bound, TimeProvider time) => (Path, Name, Sha256, this.bound, this.time) = (path, name, sha256, bound, time);

    /// <summary>Absolute.</summary>
    public string Path { get; }

    /// <summary>As the image catalog writes it.</summary>
    public string Name { get; }

    /// <summary>SHA-256 of the file, lower-case hex.</summary>
    public string Sha256 { get; }

    /// <summary>What it says of its family.</summary>
    public AdapterFacts Facts { get; private set; } = null!;

    /// <summary>Whether an adapter's name in a catalog is the path of a program.</summary>
    public static bool IsPath(string adapter) => adapter.StartsWith('/') || adapter.StartsWith("./", StringComparison.Ordinal);

    /// <summary>Why a file cannot be run as a program; <see langword="null"/>: it can be tried.</summary>
    public static string? Unusable(string path) =>
        Directory.Exists(path) ? $"{path} is a folder; expected an executable file"
        : !File.Exists(path) ? $"{path} does not exist; expected an executable file"
        : !Executables.IsExecutable(path) ? $"{path} is not executable; run: chmod +x {ShellQuote.Word(path)}"
        : null;

    /// <summary>Asks a program what holds for its family.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="name">As messages name it.</param>
    /// <exception cref="AdapterProgramException">It cannot be run, or does not answer as the protocol says.</exception>
    public static async Task<AdapterProgram> OpenAsync(string path, string name, CancellationToken cancellation, TimeSpan? bound = null, TimeProvider? time = null)
    {
        if (Unusable(path) is { } reason)
            throw new AdapterProgramException(name, path, null, reason);
        var program = new AdapterProgram(path, name, await FileDigest.Sha256OfAsync(path, cancellation), bound ?? UsualBound, time ?? TimeProvider.System);
        var reply = await program.AskAsync<AdapterFacts>(AdapterQuestion.Of(AdapterQuestionKind.Describe), cancellation);
        program.Facts = reply.Answer
            ?? throw program.Fault(AdapterQuestionKind.Describe, $"{(reply.Run is null ? "failed" : "asked to run a command in a guest")}, and it is asked without a machine{(reply.Error is null ? "" : $": {reply.Error}")}; expected 'answer'");
        return program;
    }

    /// <summary>Runs the program once.</summary>
    /// <exception cref="AdapterProgramException">It does not answer as the protocol says.</exception>
    public async Task<AdapterReply<T>> AskAsync<T>(AdapterQuestion question, CancellationToken cancellation)
    {
        await CheckSameAsync(question.Question, cancellation);
        var end = await RunAsync(question, cancellation);
        var said = end.Errors.Length == 0 ? "" : $"; on standard error: {end.Errors}";
        if (end.Stopped is { } stopped)
            throw Fault(question.Question, $"{stopped}, and was killed{said}");
        if (end.ExitCode != 0)
            throw Fault(question.Question, $"ended with exit code {end.ExitCode}{said}; expected 0 and a JSON object on standard output");
        return AdapterReplyReader.Read<T>(end.Output, out var problem) ?? throw Fault(question.Question, $"{problem}; it printed: {Shown(end.Output)}{said}");
    }

    private async Task<ProgramEnd> RunAsync(AdapterQuestion question, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        try
        {
            return await LeashedProgram.RunAsync(Path, question.ToJson(), bound, time, cancellation);
        }
        catch (OperationCanceledException e) when (question.Question is not AdapterQuestionKind.Describe && time.GetElapsedTime(began) is var ran && ran > bound / 12)
        {
            // A wait for the guest has ended sooner than the program's own bound. That it hung must not look as if the guest did.
            throw new AdapterProgramException(Name, Path, question.Question.Word(), $"was still running after {ran.TotalSeconds:0.#} s, when the wait for its answer ended, and was killed", e);
        }
    }

    /// <summary>An error of the program on a question.</summary>
    public AdapterProgramException Fault(AdapterQuestionKind question, string what) => new(Name, Path, question.Word(), what);

    /// <summary>What answers now must be what the record names.</summary>
    private async Task CheckSameAsync(AdapterQuestionKind question, CancellationToken cancellation)
    {
        try
        {
            if (await FileDigest.Sha256OfAsync(Path, cancellation) == Sha256)
                return;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AdapterProgramException(Name, Path, question.Word(), $"{Path} cannot be read any more: {e.Message}", e);
        }

        throw Fault(question, $"{Path} is not what it was when the run began, so the record would name another program; run again");
    }

    private static string Shown(ReadOnlyMemory<byte> output)
    {
        var text = Encoding.UTF8.GetString(output.Span[..Math.Min(output.Length, 300)]).ReplaceLineEndings(" ").Trim();
        return text.Length == 0 ? "nothing" : output.Length > 300 ? $"{text}…" : text;
    }
}
