using System.Reflection.PortableExecutable;
using System.Text;
using System.Text.RegularExpressions;

namespace Kola.Machines.Offline;

/// <summary>What a unified kernel image says of itself (https://uapi-group.org/specifications/specs/unified_kernel_image/).</summary>
/// <param name="CommandLine">The kernel's command line; <see langword="null"/> when it cannot be read.</param>
/// <param name="Damage">Why it is not whole; <see langword="null"/> when it is as long as its headers say.</param>
internal sealed partial record UnifiedKernel(string? CommandLine, string? Damage)
{
    [GeneratedRegex(@"(?:^|\s)(?:systemd\.)?(?:verity_)?usrhash=(?<hash>[0-9a-fA-F]{64})(?:\s|$)")]
    internal static partial Regex UsrHash { get; }

    /// <summary>The root hash of the <c>/usr</c> it asks for, lower-case hexadecimal.</summary>
    public string? RootHash => CommandLine is not null && UsrHash.Match(CommandLine) is { Success: true } match ? match.Groups["hash"].Value.ToLowerInvariant() : null;

    public static UnifiedKernel Read(string file)
    {
        using var stream = File.OpenRead(file);
        try
        {
            using var reader = new PEReader(stream);
            var end = reader.PEHeaders.SectionHeaders.Max(section => (long)section.PointerToRawData + section.SizeOfRawData);
            if (end > stream.Length)
                return new(null, $"it has {stream.Length} bytes, its headers ask for {end}");
            var section = reader.PEHeaders.SectionHeaders.FirstOrDefault(section => section.Name == ".cmdline");
            return section.Name is null
                ? new(null, "it has no kernel command line")
                : new(Encoding.UTF8.GetString(reader.GetSectionData(".cmdline").GetContent().AsSpan()[..section.VirtualSize]).TrimEnd('\0', '\n', ' '), null);
        }
        catch (Exception e) when (e is BadImageFormatException or InvalidOperationException)
        {
            return new(null, $"it is not an EFI program: {e.Message}");
        }
    }
}
