using Kola.Machines.AdapterPrograms;
using Kola.Machines.Images.Catalog;
using Kola.Machines.Ssh;
using Kola.Yaml;

namespace Kola.Machines.Guests;

/// <summary>A systemd Linux whose updates a program of the project's own knows: <c>adapter: ./my-adapter</c> in the image catalog. README.md describes the protocol.</summary>
/// <remarks>
/// The program only names commands and reads what they print; Kola runs them over the machine's session. What the program does wrong is an
/// <see cref="AdapterProgramException"/>; a <see cref="GuestException"/> is what it says of the guest.
/// </remarks>
public sealed partial class ProgramGuest(AdapterProgram program) : ISystemdBased, IUserSpaceGuest
{
    private static readonly SystemdGuest Systemd = new();

    /// <summary>As the catalog writes it.</summary>
    public string Name => program.Name;

    /// <inheritdoc/>
    public IReadOnlyDictionary<UnitRole, string> Units { get; } = Systemd.Units.Where(unit => !program.Facts.Units.ContainsKey(unit.Key.Word()))
        .Concat(program.Facts.Units.Select(unit => KeyValuePair.Create(EnumWords.Parse<UnitRole>(unit.Key)!.Value, unit.Value))).ToDictionary();

    /// <inheritdoc/>
    public async Task<GuestRelease> ReleaseAsync(SshSession ssh, CancellationToken cancellationToken)
    {
        var answer = await AskAsync<ReleaseAnswer>(ssh, AdapterQuestion.Of(AdapterQuestionKind.Release), "the release", cancellationToken);
        return new(answer.Id, answer.Version, answer.Slot);
    }

    /// <inheritdoc/>
    public async Task<BootAssessment?> AssessmentAsync(SshSession ssh, CancellationToken cancellationToken)
    {
        if (!program.Facts.AssessesBoots)
            return null;
        var answer = await AskAsync<AssessmentAnswer>(ssh, AdapterQuestion.Of(AdapterQuestionKind.Assessment), "how the boot is assessed", cancellationToken);
        return new(answer.MarkedGood, answer.TriesLeft, answer.Entry);
    }

    /// <inheritdoc/>
    public Task<string> UserSpaceIdAsync(SshSession ssh, CancellationToken cancellationToken) => Systemd.UserSpaceIdAsync(ssh, cancellationToken);

    /// <inheritdoc/>
    public Task RequestUserSpaceRebootAsync(SshSession ssh, CancellationToken cancellationToken) => Systemd.RequestUserSpaceRebootAsync(ssh, cancellationToken);

    /// <summary>Asks the program, runs what it wants to know of the guest, and asks again, until it answers.</summary>
    /// <param name="asked">What is asked for, for messages.</param>
    private Task<T> AskAsync<T>(SshSession ssh, AdapterQuestion question, string asked, CancellationToken cancellationToken) =>
        AskAsync<T>(question, ssh, asked, async command =>
        {
            var result = await ssh.QueryAsync(ssh.AsRoot(command), GuestShell.AnswerBound, cancellationToken);
            return result.WholeStdout is { } stdout && result.WholeStderr is { } stderr
                ? new() { ExitCode = result.ExitCode, Stdout = stdout, Stderr = stderr }
                : throw new GuestException($"{ssh.Name}: cannot tell {asked}: \"{command}\" printed more than {CommandResult.JudgedBytes >> 20} MiB; check that the image's adapter is the right one");
        }, cancellationToken);

    /// <inheritdoc cref="AskAsync{T}(SshSession, AdapterQuestion, string, CancellationToken)"/>
    /// <param name="run">Runs a command in the guest, as root.</param>
    private async Task<T> AskAsync<T>(AdapterQuestion question, SshSession ssh, string asked, Func<string, Task<GuestCommandEnd>> run, CancellationToken cancellationToken)
    {
        List<GuestCommandEnd> results = [];
        for (string? last = null; ;)
        {
            var reply = await program.AskAsync<T>(question with { Results = results }, cancellationToken);
            if (reply.Error is { } error)
                throw Misunderstood(ssh, asked, last, results, error);
            if (reply.Run is null)
                // What it knows without a look at the guest is no fact of this guest.
                return last is null ? throw program.Fault(question.Question, "answered without running a command in the guest; expected 'run' first") : reply.Answer!;
            if (results.Count == AdapterProgram.MostCommands)
                throw program.Fault(question.Question, $"wants to run a command after {AdapterProgram.MostCommands} others; expected an answer");
            results.Add(await run(last = reply.Run));
        }
    }

    private GuestException Misunderstood(SshSession ssh, string asked, string? command, List<GuestCommandEnd> results, string error) =>
        command is not null && results[^1].ExitCode != 0 && results[^1].Stderr.Contains(GuestShell.GaveUp, StringComparison.Ordinal)
            ? new NoAnswerException(ssh.Name, asked, command, results[^1].Stderr.Trim())
            : new GuestException($"{ssh.Name}: cannot tell {asked}: adapter program {Name} says: {error}; check that the image's adapter is the right one");
}
