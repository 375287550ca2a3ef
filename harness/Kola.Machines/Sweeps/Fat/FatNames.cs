using System.Text;

namespace Kola.Machines.Sweeps.Fat;

/// <summary>Puts long names together from the entries of a folder, which come before the entry that they name.</summary>
internal sealed class FatNames
{
    private const byte LongName = 0x0F, VolumeLabel = 0x08, Deleted = 0xE5, LastPart = 0x40;

    private readonly SortedDictionary<int, byte[]> parts = [];
    private byte sum;
    private int count;

    /// <summary>Takes the next entry.</summary>
    /// <returns>The name of the file or folder that it is; <see langword="null"/>: it is none.</returns>
    public string? Take(ReadOnlySpan<byte> entry)
    {
        if (entry[0] == Deleted)
        {
            parts.Clear();
            return null;
        }

        if ((entry[11] & 0x3F) == LongName)
        {
            TakePart(entry);
            return null;
        }

        var known = parts.Count > 0 && parts.Count == count && sum == ShortSum(entry[..11]) ? Long() : null;
        parts.Clear();
        return (entry[11] & VolumeLabel) != 0 ? null : known ?? Short(entry);
    }

    private void TakePart(ReadOnlySpan<byte> entry)
    {
        var order = entry[0] & 0x1F;
        if ((entry[0] & LastPart) != 0)
        {
            parts.Clear();
            (count, sum) = (order, entry[13]);
        }

        if (entry[13] == sum)
            parts[order] = [.. entry[1..11], .. entry[14..26], .. entry[28..32]];
    }

    private string Long()
    {
        var text = Encoding.Unicode.GetString([.. parts.Values.SelectMany(part => part)]);
        return text.IndexOf('\0') is var end and >= 0 ? text[..end] : text;
    }

    private static string Short(ReadOnlySpan<byte> entry)
    {
        // Windows' way to say that name or extension are of small letters.
        var (name, extension) = (Encoding.ASCII.GetString(entry[..8]).TrimEnd(), Encoding.ASCII.GetString(entry[8..11]).TrimEnd());
        name = (entry[12] & 0x08) != 0 ? name.ToLowerInvariant() : name;
        extension = (entry[12] & 0x10) != 0 ? extension.ToLowerInvariant() : extension;
        return extension.Length == 0 ? name : $"{name}.{extension}";
    }

    private static byte ShortSum(ReadOnlySpan<byte> name)
    {
        byte sum = 0;
        foreach (var letter in name)
            sum = (byte)(((sum & 1) << 7) + (sum >> 1) + letter);
        return sum;
    }
}
