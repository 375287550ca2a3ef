using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;
using Kola.Yaml.Nodes;
using Kola.Yaml.Shapes;

namespace Kola.Scenarios.ExternalTests;

/// <summary>A disk as tests write it: <c>5G</c>, <c>20G:channel=nvme,serial=data</c>.</summary>
/// <param name="Bytes">Its size.</param>
/// <param name="Serial">By what the guest names it; <see langword="null"/>: by its number.</param>
/// <param name="Unknown">Options that Kola does not do.</param>
[Shape(typeof(DiskWordShape))]
public sealed partial record DiskWord(long Bytes, DiskBusName Bus, string? Serial, IReadOnlyList<string> Unknown)
{
    internal const string Form = "a size in GiB or MiB such as 5G, with options such as 5G:channel=nvme";

    [GeneratedRegex(@"^(?<size>[1-9][0-9]{0,5})(?<unit>[GM])?(i?B)?\z")]
    private static partial Regex SizePattern { get; }

    [GeneratedRegex(@"^[a-z][a-z0-9-]{0,19}\z")]
    private static partial Regex NamePattern { get; }

    /// <summary>Its name in the guest: <c>/dev/disk/by-id/virtio-NAME</c>.</summary>
    /// <param name="index">Its place among further disks, from 0.</param>
    public string NameAt(int index) => Serial ?? $"disk{index + 1}";

    /// <returns><see langword="null"/>: it is none.</returns>
    public static DiskWord? Parse(string text)
    {
        var parts = text.Trim().Split(':', 2);
        if (SizePattern.Match(parts[0]) is not { Success: true } size)
            return null;
        var bytes = long.Parse(size.Groups["size"].ValueSpan, CultureInfo.InvariantCulture) << (size.Groups["unit"].Value == "M" ? 20 : 30);
        var disk = new DiskWord(bytes, DiskBusName.Virtio, null, []);
        foreach (var option in parts.Length == 2 ? parts[1].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [])
            disk = option.Split('=', 2) switch
            {
                ["channel", "virtio"] => disk with { Bus = DiskBusName.Virtio },
                ["channel", "nvme"] => disk with { Bus = DiskBusName.Nvme },
                ["channel", "scsi"] => disk with { Bus = DiskBusName.Scsi },
                ["serial", var name] when NamePattern.IsMatch(name) => disk with { Serial = name },
                _ => disk with { Unknown = [.. disk.Unknown, option] },
            };
        return disk;
    }
}

/// <summary>A text, or a list of one.</summary>
internal sealed class DiskWordShape : Shape
{
    public override string Expected => DiskWord.Form;

    public override bool TryBind(YamlNode node, BindingContext context, out object? value)
    {
        value = (node is YamlSequence { Items: [var only] } ? only : node) is YamlScalar { IsNull: false } scalar ? DiskWord.Parse(scalar.Text) : null;
        return value is not null || Refuse(node, context, out value);
    }

    public override JsonObject Describe(SchemaDefinitions definitions) => new() { ["type"] = "string" };
}
