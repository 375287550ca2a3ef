namespace Kola.Machines.Guests;

/// <summary>A way in which one release fails while others do not.</summary>
/// <param name="Release">The release, as <see cref="GuestRelease.Version"/>.</param>
/// <param name="Unit">The unit of <see cref="SabotageKind.FailingUnit"/>, such as <c>sshd.service</c>; <see langword="null"/> with every other kind.</param>
public sealed record Sabotage(SabotageKind Kind, string Release, string? Unit = null);
