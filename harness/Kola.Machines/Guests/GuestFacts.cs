namespace Kola.Machines.Guests;

/// <summary>How the guest's start went.</summary>
/// <param name="State">As <c>systemctl is-system-running</c> prints it: <c>running, degraded, maintenance, stopping, …</c></param>
/// <param name="FailedUnits">Names of the units that failed.</param>
public sealed record GuestHealth(string BootId, string State, IReadOnlyList<string> FailedUnits);

/// <summary>What the guest runs.</summary>
/// <param name="Id">The image's or distribution's name.</param>
/// <param name="Version">The release, as its makers number it.</param>
/// <param name="Slot"><c>A</c>, <c>B</c>, … by position on the disk; <see langword="null"/> where the OS has no slots.</param>
public sealed record GuestRelease(string Id, string Version, string? Slot);

/// <summary>How the boot loader counts the running release (https://uapi-group.org/specifications/specs/boot_loader_specification/#boot-counting).</summary>
/// <param name="MarkedGood">Whether the running release counts as good and is not on trial.</param>
/// <param name="TriesLeft">Boots it has left while it is on trial; <see langword="null"/> when it is not.</param>
/// <param name="Entry">The booted entry as the boot loader names it, if it does.</param>
public sealed record BootAssessment(bool MarkedGood, int? TriesLeft, string? Entry);

/// <summary>A unit's state.</summary>
/// <param name="LoadState">As systemd: <c>loaded, not-found, masked, …</c></param>
/// <param name="ActiveState">As systemd: <c>active, inactive, failed, activating, deactivating, reloading</c>.</param>
/// <param name="SubState">As systemd, by the unit's type.</param>
public sealed record GuestUnit(string LoadState, string ActiveState, string SubState);
