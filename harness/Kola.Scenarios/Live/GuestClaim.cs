using Kola.Machines.Guests;

namespace Kola.Scenarios.Live;

/// <summary>What a guest said of itself in its present boot.</summary>
/// <param name="Release"><see langword="null"/>: it was not asked.</param>
/// <param name="Assessment"><see langword="null"/>: it was not asked, or does not count.</param>
internal sealed record GuestClaim(GuestRelease? Release, BootAssessment? Assessment);
