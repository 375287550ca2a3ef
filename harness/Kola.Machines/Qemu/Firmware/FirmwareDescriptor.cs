using System.Text.Json;

namespace Kola.Machines.Qemu.Firmware;

/// <summary>A flash firmware for x86-64 q35 as a descriptor file of QEMU tells it.</summary>
internal sealed record FirmwareDescriptor(string Code, string Variables, string Format, IReadOnlySet<string> Features)
{
    public bool Has(string feature) => Features.Contains(feature);

    public FirmwareImage Image(string root) => new(root + Code, root + Variables, Format, Has("requires-smm"));

    /// <summary>All that fit, the preferred first: by file name; an earlier folder's file hides a later one of the same name.</summary>
    public static IReadOnlyList<FirmwareDescriptor> ReadAll(IReadOnlyList<string> folders) =>
    [
        .. folders.Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.json"))
            .DistinctBy(Path.GetFileName)
            .OrderBy(Path.GetFileName, StringComparer.Ordinal)
            .Select(Read).OfType<FirmwareDescriptor>(),
    ];

    private static FirmwareDescriptor? Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return Parse(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or KeyNotFoundException or InvalidOperationException)
        {
            // An empty file hides a firmware by design; a broken one is the distribution's affair, the known paths remain.
            return null;
        }
    }

    private static FirmwareDescriptor? Parse(JsonElement root)
    {
        var mapping = root.GetProperty("mapping");
        var fits = root.GetProperty("targets").EnumerateArray().Any(target =>
            target.GetProperty("architecture").GetString() == "x86_64"
            && Texts(target.GetProperty("machines")).Any(machine => machine.StartsWith("pc-q35", StringComparison.Ordinal)));
        var features = Texts(root.GetProperty("features")).ToHashSet();
        var confidential = features.Overlaps(["amd-sev-es", "amd-sev-snp", "intel-tdx"]);
        if (!fits || confidential || !Texts(root.GetProperty("interface-types")).Contains("uefi")
            || mapping.GetProperty("device").GetString() != "flash" || !mapping.TryGetProperty("nvram-template", out var variables))
            return null;
        var code = mapping.GetProperty("executable");
        var format = code.GetProperty("format").GetString() ?? "raw";
        return variables.GetProperty("format").GetString() == format
            ? new(code.GetProperty("filename").GetString() ?? "", variables.GetProperty("filename").GetString() ?? "", format, features)
            : null;
    }

    private static IEnumerable<string> Texts(JsonElement array) => array.EnumerateArray().Select(item => item.GetString() ?? "");
}
