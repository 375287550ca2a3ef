using System.Text.RegularExpressions;
using Kola.Machines.Offline;
using Kola.Machines.Ssh;

namespace Kola.Machines.Guests;

/// <summary>A guest that installs another release of itself: told where releases come from, told to update, asked what is installed.</summary>
/// <remarks>Throws as <see cref="IGuestAdapter"/> does. What an outcome is worth is for scenarios to say.</remarks>
public interface IUpdatingGuest : IGuestAdapter
{
    /// <summary>The words by which the family's update tool says why it failed. A reason that it has no words for is not in it.</summary>
    IReadOnlyDictionary<RefusalReason, Regex> Refusals { get; }

    /// <summary>How the family calls the files that a machine is updated from. What it has no file for is not in it.</summary>
    IReadOnlyDictionary<ArtifactRole, ArtifactName> Artifacts { get; }

    /// <summary>Files of keys and certificates that updates are trusted by: absolute paths, or patterns of the shell's. An update that changes them lets somebody else sign the next.</summary>
    IReadOnlyList<string> TrustAnchors { get; }

    /// <summary>By what the family can show how often a release was tried, best first. What the console says is the image's to offer: <see cref="Guests.TriesProofs"/>.</summary>
    IReadOnlyList<TriesProof> TriesProofs { get; }

    /// <summary>
    /// Whether a release is written over what the slot holds, so that an update that fails leaves that slot unusable. Where it is not, such an update changes nothing.
    /// </summary>
    bool WritesInPlace => false;

    /// <summary>How it finds out that there is an update.</summary>
    UpdateProtocol Protocol => UpdateProtocol.Files;

    /// <summary>Lets updates come from a server: an HTTP address that ends in a slash. Holds until it is told another.</summary>
    Task PointAsync(SshSession ssh, Uri source, CancellationToken cancellationToken);

    /// <summary>Lets the guest look for an update and install it as it does by itself, without a reboot; it chooses the release.</summary>
    /// <param name="bound">Real time.</param>
    Task<UpdateReport> UpdateAsync(SshSession ssh, TimeSpan bound, CancellationToken cancellationToken);

    /// <summary>What is in each slot and whether the boot loader knows it, read from the disk and not from what the update tool remembers.</summary>
    Task<IReadOnlyList<InstalledRelease>> InstalledAsync(SshSession ssh, CancellationToken cancellationToken);

    /// <summary>How often each release on trial was tried, by the boot loader's own counters. A release that is marked good, or has no boot entry, is not in it.</summary>
    Task<IReadOnlyDictionary<string, TryCount>> TriesAsync(SshSession ssh, CancellationToken cancellationToken);

    /// <summary>Does by hand what makes the next boots run an installed release. No reboot.</summary>
    Task RollBackAsync(SshSession ssh, string release, CancellationToken cancellationToken);

    /// <summary>Makes a release fail, by files of the guest's own configuration. Others boot as before.</summary>
    Task SabotageAsync(SshSession ssh, Sabotage sabotage, CancellationToken cancellationToken);
}

/// <summary>How an update ended.</summary>
/// <param name="ExitCode">Of the update tool; 0 also when there was nothing to do.</param>
/// <param name="Output">What it printed, on both streams.</param>
public sealed record UpdateReport(int ExitCode, string Output)
{
    /// <summary>Real time from the call of the tool to its end, which the caller measures; zero where nobody did. An adapter leaves it alone.</summary>
    public TimeSpan Took { get; init; }
}

/// <summary>What is in one slot.</summary>
/// <param name="Slot">As <see cref="GuestRelease.Slot"/>.</param>
/// <param name="Version">The release; <see langword="null"/> when the slot is empty.</param>
/// <param name="Identity">What tells two installations of one version apart, such as a partition's UUID.</param>
/// <param name="Entry">The boot loader's entry that runs it; <see langword="null"/> when there is none.</param>
public sealed record InstalledRelease(string Slot, string? Version, string Identity, string? Entry)
{
    /// <summary><c>partial</c> or <c>pending</c> where a release is being written to the slot, or was: none is installed there. <see langword="null"/>: none is.</summary>
    public string? Unfinished { get; init; }
}
