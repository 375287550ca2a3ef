namespace Kola.Machines.Guests;

/// <summary>A way in which one release fails while others do not.</summary>
/// <param name="Release">The release, as <see cref="GuestRelease.Version"/>.</param>
/// <param name="Unit">The unit of <see cref="SabotageKind.FailingUnit"/> and <see cref="SabotageKind.WaitingUnit"/>, such as <c>sshd.service</c>; <see langword="null"/> with every other kind.</param>
public sealed record Sabotage(SabotageKind Kind, string Release, string? Unit = null)
{
    /// <summary>Once this file exists, a unit that was made to wait goes on.</summary>
    public const string GoOn = "/run/sabotage-over";
}
