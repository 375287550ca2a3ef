using System.Text.RegularExpressions;
using Kola.Machines.AdapterPrograms;
using Kola.Machines.Offline;
using Kola.Machines.Ssh;
using Kola.Yaml;

namespace Kola.Machines.Guests;

/// <content>How it is updated.</content>
public sealed partial class ProgramGuest : IUpdatingGuest
{
    private AdapterFacts Facts => program.Facts;

    /// <summary>Built when an update was refused: such expressions are dear to build, and most questions need none.</summary>
    private readonly Lazy<IReadOnlyDictionary<RefusalReason, Regex>> refusals = new(() =>
        program.Facts.Refusals.ToDictionary(refusal => EnumWords.Parse<RefusalReason>(refusal.Key)!.Value, refusal => AdapterFacts.Words(refusal.Value)));

    /// <inheritdoc/>
    public IReadOnlyDictionary<RefusalReason, Regex> Refusals => refusals.Value;

    /// <inheritdoc/>
    public IReadOnlyDictionary<ArtifactRole, ArtifactName> Artifacts { get; } = program.Facts.Artifacts.ToDictionary(
        artifact => EnumWords.Parse<ArtifactRole>(artifact.Key)!.Value, artifact => new ArtifactName(artifact.Value.Name, artifact.Value.Kind, artifact.Value.Streamed, artifact.Value.Within));

    /// <inheritdoc/>
    public IReadOnlyList<string> TrustAnchors => Facts.TrustAnchors;

    /// <inheritdoc/>
    public IReadOnlyList<TriesProof> TriesProofs => Facts.CountsTries ? [TriesProof.BootCounter] : [];

    /// <inheritdoc/>
    public bool WritesInPlace => Facts.WritesInPlace;

    /// <inheritdoc/>
    public UpdateProtocol Protocol => Facts.UpdatesBy is AdapterUpdates.Omaha ? UpdateProtocol.Omaha : UpdateProtocol.Files;

    /// <inheritdoc/>
    public Task PointAsync(SshSession ssh, Uri source, CancellationToken cancellationToken) =>
        AskAsync<DoneAnswer>(ssh, AdapterQuestion.Of(AdapterQuestionKind.Point, new() { Source = source }), "where updates come from", cancellationToken);

    /// <inheritdoc/>
    /// <remarks>The bound holds for each command; there is usually one. Of very long output the middle is left out, as for other adapters.</remarks>
    public async Task<UpdateReport> UpdateAsync(SshSession ssh, TimeSpan bound, CancellationToken cancellationToken)
    {
        var answer = await AskAsync<UpdateAnswer>(AdapterQuestion.Of(AdapterQuestionKind.Update), ssh, "how the update ended", async command =>
        {
            var result = await ssh.QueryAsync(ssh.AsRoot(command), bound, cancellationToken);
            return new() { ExitCode = result.ExitCode, Stdout = result.Stdout, Stderr = result.Stderr };
        }, cancellationToken);
        return new(answer.ExitCode, answer.Output.Trim());
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<InstalledRelease>> InstalledAsync(SshSession ssh, CancellationToken cancellationToken)
    {
        var slots = await AskAsync<IReadOnlyList<InstalledAnswer>>(ssh, AdapterQuestion.Of(AdapterQuestionKind.Installed), "what is installed", cancellationToken);
        if (slots.CountBy(slot => slot.Slot).FirstOrDefault(same => same.Value > 1) is { Key: { } twice })
            throw program.Fault(AdapterQuestionKind.Installed, $"names slot {twice} twice; expected each once");
        return [.. slots.Select(slot => new InstalledRelease(slot.Slot, slot.Version, slot.Identity, slot.Entry) { Unfinished = slot.Unfinished?.Word() })];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, TryCount>> TriesAsync(SshSession ssh, CancellationToken cancellationToken)
    {
        if (!Facts.CountsTries)
            return new Dictionary<string, TryCount>();
        var tries = await AskAsync<IReadOnlyDictionary<string, TriesAnswer>>(ssh, AdapterQuestion.Of(AdapterQuestionKind.Tries), "how often releases were tried", cancellationToken);
        return tries.ToDictionary(release => release.Key, release => new TryCount(release.Value.Left, release.Value.Done));
    }

    /// <inheritdoc/>
    public Task RollBackAsync(SshSession ssh, string release, CancellationToken cancellationToken) =>
        AskAsync<DoneAnswer>(ssh, AdapterQuestion.Of(AdapterQuestionKind.RollBack, new() { Release = release }), "the boot loader to take another release", cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="AdapterProgramException">It numbers releases in another way than os-release, by which the sabotage finds the one that it is for.</exception>
    public async Task SabotageAsync(SshSession ssh, Sabotage sabotage, CancellationToken cancellationToken)
    {
        var (said, known) = ((await ReleaseAsync(ssh, cancellationToken)).Version, (await Systemd.ReleaseAsync(ssh, cancellationToken)).Version);
        if (said != known)
            throw program.Fault(AdapterQuestionKind.Release, $"answers release {said} where os-release says {known}, by which a release is made to fail; expected the same");
        await ssh.AskAsync("the sabotage of a release", ssh.AsRoot(SystemdSabotage.Command(sabotage)), cancellationToken);
    }
}
