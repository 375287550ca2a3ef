using Kola.Machines.Guests;
using Kola.Scenarios.Model.Values;

namespace Kola.Scenarios.Steps.Update;

/// <summary>What an update is to come to.</summary>
/// <param name="To">The release that is installed, or is not.</param>
/// <param name="Refused">Why it is refused; <see langword="null"/>: it is not.</param>
/// <param name="UpToDate">Whether there is nothing to install.</param>
internal sealed record UpdateExpectation(string To, Refusal? Refused, bool UpToDate);

/// <summary>Holds an update's report and what is installed against what was expected.</summary>
internal static class UpdateJudgement
{
    /// <summary>Why it is not as expected; <see langword="null"/> when it is.</summary>
    /// <param name="running">The release that ran while it was installed.</param>
    public static string? Of(IUpdatingGuest guest, UpdateExpectation expected, UpdateReport report, string running, IReadOnlyList<InstalledRelease> before, IReadOnlyList<InstalledRelease> after) =>
        expected.Refused is { } refusal ? Refused(guest, report, refusal, running, before, after)
        : expected.UpToDate ? UpToDate(report, before, after)
        : Staged(report, expected.To, running, after);

    private static string? Staged(UpdateReport report, string to, string running, IReadOnlyList<InstalledRelease> after) =>
        report.ExitCode != 0 ? $"the update to {to} failed"
        : after.Any(slot => slot.Version == to && slot.Entry is not null && to != running) ? null
        : $"release {to} is not installed beside {running} after the update; installed: {Describe(after)}";

    private static string? Refused(IUpdatingGuest guest, UpdateReport report, Refusal refusal, string running, IReadOnlyList<InstalledRelease> before, IReadOnlyList<InstalledRelease> after) =>
        report.ExitCode == 0 ? $"the update was not refused; installed: {Describe(after)}"
        : !refusal.Explains(guest, report) ? $"the update failed, but not for the expected reason, {refusal}"
        : guest.WritesInPlace ? Damaged(running, before, after)
        : Changed(before, after);

    private static string? UpToDate(UpdateReport report, IReadOnlyList<InstalledRelease> before, IReadOnlyList<InstalledRelease> after) =>
        report.ExitCode != 0 ? "looking for an update failed" : Changed(before, after);

    private static string? Changed(IReadOnlyList<InstalledRelease> before, IReadOnlyList<InstalledRelease> after) =>
        before.SequenceEqual(after) ? null : $"what is installed has changed from {Describe(before)} to {Describe(after)}";

    /// <summary>What runs must be as it was. The other slot may be lost, and must not be left for the boot loader to start when it has changed.</summary>
    private static string? Damaged(string running, IReadOnlyList<InstalledRelease> before, IReadOnlyList<InstalledRelease> after) =>
        before.Count == after.Count && before.Zip(after).All(slot => slot.First == slot.Second || (slot.First.Version != running && slot.Second.Entry is null)) ? null : Changed(before, after);

    public static string Describe(IReadOnlyList<InstalledRelease> slots) =>
        string.Join(", ", slots.Select(slot => $"{slot.Slot}: {(slot.Version is null ? slot.Unfinished ?? "empty" : $"{slot.Version} ({slot.Entry ?? "no boot entry"})")} {slot.Identity[..Math.Min(8, slot.Identity.Length)]}".TrimEnd()));
}
