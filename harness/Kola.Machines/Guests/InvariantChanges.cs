using System.ComponentModel;
using System.IO.Enumeration;
using Kola.Yaml;

namespace Kola.Machines.Guests;

/// <summary>What of <see cref="GuestInvariants"/> a scenario can allow to change.</summary>
public enum Invariant
{
    [Description("The machine id.")]
    MachineId,

    [Description("The SSH host keys.")]
    HostKeys,

    [Description("The host name.")]
    Hostname,

    [Description("Files below /etc: etc-file:PATH, in which * stands for any characters.")]
    EtcFile,

    [Description("The journal of earlier boots.")]
    Journal,

    [Description("The clock, which does not go back.")]
    Clock,

    [Description("The size of the root file system.")]
    RootSize,

    [Description("Whether a unit is enabled: enabled-unit:NAME, in which * stands for any characters.")]
    EnabledUnit,

    [Description("The keys and certificates that updates are trusted by.")]
    TrustAnchors,

    [Description("Content, owner, mode and extended attributes of a file that is watched: canary-file:PATH.")]
    CanaryFile,
}

/// <summary>A change that is allowed.</summary>
/// <param name="Name">Of which file or unit; <see langword="null"/>: of all.</param>
public sealed record InvariantAllowance(Invariant Kind, string? Name)
{
    /// <summary>The words that can be written; those of files and units with a colon and a name.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. Enum.GetValues<Invariant>().Select(kind => IsNamed(kind) ? $"{kind.Word()}:{(kind is Invariant.EnabledUnit ? "NAME" : "PATH")}" : kind.Word())];

    /// <returns><see langword="null"/> when the text allows nothing that there is.</returns>
    public static InvariantAllowance? Parse(string text)
    {
        var (word, name) = text.Split(':', 2) is [var first, var second] ? (first, second) : (text, null);
        return Enum.GetValues<Invariant>().Where(kind => kind.Word() == word && IsNamed(kind) == !string.IsNullOrEmpty(name)).Select(kind => new InvariantAllowance(kind, name)).FirstOrDefault();
    }

    public bool Covers(Invariant kind, string? name) => Kind == kind && (Name is null || (name is not null && FileSystemName.MatchesSimpleExpression(Name, name, ignoreCase: false)));

    public override string ToString() => Name is null ? Kind.Word() : $"{Kind.Word()}:{Name}";

    private static bool IsNamed(Invariant kind) => kind is Invariant.EtcFile or Invariant.EnabledUnit or Invariant.CanaryFile;
}

/// <summary>Compares what should be the same after an update as before.</summary>
public static class InvariantChanges
{
    /// <summary>What systemd-update-done(8) writes at each new release, and what has a line of its own.</summary>
    private static readonly string[] Apart = ["/etc/.updated", "/etc/machine-id", "/etc/hostname"];

    /// <summary>What has changed and is not allowed to: one sentence each, with the words that would allow it; empty when all is as it was.</summary>
    /// <remarks>A release may bring files and boots of its own: what is there besides counts as a change only among enabled units.</remarks>
    public static IReadOnlyList<string> Of(GuestInvariants before, GuestInvariants after, IReadOnlyCollection<InvariantAllowance> allowed) =>
        [.. All(before, after).Where(change => !allowed.Any(allowance => allowance.Covers(change.Kind, change.Name))).Select(change => $"{change.Sentence} (allow: {new InvariantAllowance(change.Kind, change.Name)})")];

    private static IEnumerable<Change> All(GuestInvariants before, GuestInvariants after)
    {
        if (before.MachineId != after.MachineId)
            yield return new(Invariant.MachineId, null, $"the machine id changed from {before.MachineId} to {after.MachineId}");
        foreach (var (type, key) in before.HostKeys.Where(key => after.HostKeys.GetValueOrDefault(key.Key) != key.Value))
            yield return new(Invariant.HostKeys, null, $"the SSH host key {type} changed from {key} to {after.HostKeys.GetValueOrDefault(type, "none")}");
        if (before.Hostname != after.Hostname)
            yield return new(Invariant.Hostname, null, $"the host name changed from '{before.Hostname}' to '{after.Hostname}'");
        foreach (var path in before.Etc.Keys.Except(Apart).Where(path => after.Etc.GetValueOrDefault(path) != before.Etc[path]).Order(StringComparer.Ordinal))
            yield return new(Invariant.EtcFile, path, after.Etc.ContainsKey(path) ? $"{path} has other content than before" : $"{path} is gone");
        var lost = before.Boots.Except(after.Boots).ToList();
        if (lost.Count > 0)
            yield return new(Invariant.Journal, null, $"the journal has lost {lost.Count} of {before.Boots.Count} earlier boots: {string.Join(", ", lost)}");
        if (after.Clock < before.Clock)
            yield return new(Invariant.Clock, null, $"the clock went back from {before.Clock:u} to {after.Clock:u}");
        if (before.RootSize != after.RootSize)
            yield return new(Invariant.RootSize, null, $"the root file system has {after.RootSize} bytes, before {before.RootSize}");
        foreach (var unit in before.EnabledUnits.Except(after.EnabledUnits).Order(StringComparer.Ordinal))
            yield return new(Invariant.EnabledUnit, unit, $"unit {unit} is no longer enabled");
        foreach (var unit in after.EnabledUnits.Except(before.EnabledUnits).Order(StringComparer.Ordinal))
            yield return new(Invariant.EnabledUnit, unit, $"unit {unit} is enabled and was not");
        foreach (var path in before.TrustAnchors.Keys.Union(after.TrustAnchors.Keys).Order(StringComparer.Ordinal))
        {
            var (then, now) = (before.TrustAnchors.GetValueOrDefault(path), after.TrustAnchors.GetValueOrDefault(path));
            if (then != now)
                yield return new(Invariant.TrustAnchors, null, $"who may sign updates has changed: {path} {(then is null ? "is new" : now is null ? "is gone" : "holds other keys than before")}");
        }

        foreach (var (path, state) in before.Canaries)
            foreach (var sentence in Canary(path, state, after.Canaries.GetValueOrDefault(path)))
                yield return new(Invariant.CanaryFile, path, sentence);
    }

    private static IEnumerable<string> Canary(string path, CanaryState? before, CanaryState? after)
    {
        if (before is null || after is null)
        {
            if (before is not null)
                yield return $"{path} is gone";
            yield break;
        }

        if (before.Sha256 != after.Sha256)
            yield return $"{path} has other content than before";
        if (before.Mode != after.Mode)
            yield return $"{path} has mode {after.Mode}, before {before.Mode}";
        if (before.Owner != after.Owner)
            yield return $"{path} belongs to {after.Owner}, before {before.Owner}";
        if (before.Attributes != after.Attributes)
            yield return $"{path} has the extended attributes '{after.Attributes ?? "unknown"}', before '{before.Attributes ?? "unknown"}'";
    }

    private sealed record Change(Invariant Kind, string? Name, string Sentence);
}
