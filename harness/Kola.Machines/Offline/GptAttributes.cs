using System.Globalization;

namespace Kola.Machines.Offline;

/// <summary>Attribute bits of a GPT partition as sfdisk(8) writes them: names of the UEFI specification's bits, and <c>GUID:</c> with the numbers of those that the type gives a meaning.</summary>
internal static class GptAttributes
{
    private static readonly Dictionary<string, int> Named = new(StringComparer.Ordinal) { ["RequiredPartition"] = 0, ["NoBlockIOProtocol"] = 1, ["LegacyBIOSBootable"] = 2 };

    /// <summary>The bits. A word that is not known is none.</summary>
    public static ulong Parse(string written)
    {
        ulong bits = 0;
        foreach (var word in written.Split([' ', ',', ':'], StringSplitOptions.RemoveEmptyEntries))
            if (Named.TryGetValue(word, out var bit) || (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out bit) && bit < 64))
                bits |= 1UL << bit;
        return bits;
    }
}
