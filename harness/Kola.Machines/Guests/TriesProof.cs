using System.ComponentModel;
using Kola.Machines.Images;

namespace Kola.Machines.Guests;

/// <summary>By what it is known how often a release was tried before it was given up.</summary>
public enum TriesProof
{
    [Description("Each start's line on the console, before anything of the release runs ('releaseStarted' of the image catalog).")]
    ConsoleLine,

    [Description("The boot loader's own counter, asked of the guest or read off the disk.")]
    BootCounter,
}

/// <summary>Which proofs there are for an image.</summary>
public static class TriesProofs
{
    /// <summary>Best first; empty when there are none, and how often a release was tried is then not proven.</summary>
    public static IReadOnlyList<TriesProof> Of(ResolvedImage image, IGuestAdapter adapter) =>
    [
        .. image.ReleaseStarted is null ? (TriesProof[])[] : [TriesProof.ConsoleLine],
        .. adapter is IUpdatingGuest updating ? updating.TriesProofs : [],
    ];
}
