using Kola.Machines.Offline;
using Kola.Scenarios.Live;

namespace Kola.Scenarios.Steps.Disk;

/// <summary>Whether what a guest said of itself is what its disk shows.</summary>
internal static class DiskTruth
{
    /// <summary>Every point in which they differ; nothing where the guest said nothing.</summary>
    public static IEnumerable<string> Disagreements(GuestClaim? claim, Installation installed)
    {
        if (claim?.Release is not { } said)
            yield break;
        var slot = installed.Slots.FirstOrDefault(slot => slot.Name == said.Slot);
        if (said.Slot is not null && slot?.Release != said.Version)
            yield return $"the guest said that it ran release {said.Version} from slot {said.Slot}, its disk shows {(slot is null ? "no such slot" : slot.ToString())}";
        var entries = installed.Entries.Where(entry => entry.Release == said.Version).ToList();
        if (entries.Count == 0)
            yield return $"the guest said that it ran release {said.Version}, its disk has no boot entry of it";
        foreach (var entry in entries.Where(entry => entry.RootHash is not null && installed.SlotOf(entry) is var asked && asked?.Name != said.Slot))
            yield return $"the guest said that it ran release {said.Version} from slot {said.Slot}, {entry.Path} starts {installed.SlotOf(entry)?.ToString() ?? "what no slot has"}";
        if (claim.Assessment is { MarkedGood: true } && entries.All(entry => entry.Tries is not null))
            yield return $"the guest said that release {said.Version} is marked good, its disk has {string.Join(", ", entries)}";
    }
}
