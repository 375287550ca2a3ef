using Kola.Machines.Offline;

namespace Kola.Machines.Guests;

/// <summary>RAUC's key files: <c>/etc/rauc/system.conf</c>, and the status that it keeps of slots in its data directory (<c>central.raucs</c>).</summary>
internal static class RaucStatus
{
    private const string SlotPrefix = "slot.";

    /// <summary>
    /// The digests of slots by their bootname, of those that an installation has finished. The status is RAUC's word and not the slot's: what it is good for is to find that a slot holds
    /// something else than what was installed.
    /// </summary>
    /// <param name="configuration"><c>system.conf</c>.</param>
    /// <param name="status"><c>central.raucs</c>; may be empty.</param>
    public static IReadOnlyDictionary<string, ContentDigest> Digests(string configuration, string status)
    {
        var slots = Sections(configuration);
        return Sections(status)
            .Where(section => section.Key.StartsWith(SlotPrefix, StringComparison.Ordinal) && section.Value.GetValueOrDefault("status") == "ok")
            .Select(section => (
                Name: slots.GetValueOrDefault(section.Key)?.GetValueOrDefault("bootname"),
                Sha256: section.Value.GetValueOrDefault("sha256"),
                Length: long.TryParse(section.Value.GetValueOrDefault("size"), out var length) ? length : 0))
            .Where(slot => slot is { Name: not null, Sha256: not null, Length: > 0 })
            .ToDictionary(slot => slot.Name!, slot => new ContentDigest(slot.Sha256!.ToLowerInvariant(), slot.Length));
    }

    /// <summary>Values by key, by section (GLib's key file format).</summary>
    internal static IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Sections(string text)
    {
        var sections = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in GuestShell.Lines(text).Select(line => line.Trim()))
        {
            if (line is ['[', .. var name, ']'])
                sections[name] = values = new(StringComparer.Ordinal);
            else if (line is not ['#', ..] && line.Split('=', 2) is [var key, var value])
                values[key.Trim()] = value.Trim();
        }

        return sections;
    }
}
