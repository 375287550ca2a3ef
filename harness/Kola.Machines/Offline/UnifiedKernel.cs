using System.Reflection.PortableExecutable;
using System.Text;
using System.Text.RegularExpressions;

namespace Kola.Machines.Offline;

/// <summary>What a unified kernel image says of itself (https://uapi-group.org/specifications/specs/unified_kernel_image/).</summary>
/// <param name="CommandLine">The kernel's command line; <see langword="null"/> when it cannot be read.</param>
/// <param name="Damage">Why it is not whole; <see langword="null"/> when it is as long as its headers say.</param>
/// <param name="OsRelease">The os-release file of the release it starts; <see langword="null"/> when it has none or cannot be read.</param>
internal sealed partial record UnifiedKernel(string? CommandLine, string? Damage, string? OsRelease = null)
{
    [GeneratedRegex(@"(?:^|\s)(?:systemd\.)?(?:verity_)?usrhash=(?<hash>[0-9a-fA-F]{64})(?:\s|$)")]
    internal static partial Regex UsrHash { get; }

    /// <summary>The root hash of the <c>/usr</c> it asks for, lower-case hexadecimal.</summary>
    public string? RootHash => CommandLine is not null && UsrHash.Match(CommandLine) is { Success: true } match ? match.Groups["hash"].Value.ToLowerInvariant() : null;

    public static UnifiedKernel Read(string file)
    {
        using var stream = File.OpenRead(file);
        return Read(stream);
    }

    /// <param name="stream">The file; can be sought in, and is closed.</param>
    public static UnifiedKernel Read(Stream stream)
    {
        var length = stream.Length;
        try
        {
            using var reader = new PEReader(stream);
            var end = reader.PEHeaders.SectionHeaders.Max(section => (long)section.PointerToRawData + section.SizeOfRawData);
            var release = Text(reader, ".osrel", length);
            if (end > length)
                return new(null, $"it has {length} bytes, its headers ask for {end}", release);
            return Text(reader, ".cmdline", length) is { } line ? new(line.TrimEnd('\0', '\n', ' '), null, release) : new(null, "it has no kernel command line", release);
        }
        catch (Exception e) when (e is BadImageFormatException or InvalidOperationException)
        {
            return new(null, $"it is not an EFI program: {e.Message}");
        }
    }

    /// <summary>A section as text; <see langword="null"/>: there is none, or the file ends before it does.</summary>
    private static string? Text(PEReader reader, string name, long length)
    {
        var section = reader.PEHeaders.SectionHeaders.FirstOrDefault(section => section.Name == name);
        return section.Name is null || (long)section.PointerToRawData + section.SizeOfRawData > length ? null
            : Encoding.UTF8.GetString(reader.GetSectionData(name).GetContent().AsSpan()[..Math.Min(section.VirtualSize, section.SizeOfRawData)]);
    }
}
