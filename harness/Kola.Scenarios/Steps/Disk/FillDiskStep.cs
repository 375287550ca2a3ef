using System.ComponentModel;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Steps.Disk;

/// <summary>Fills a file system of the guest, so that whatever writes to it next meets a full disk.</summary>
[Keyword("fill-disk", Value = nameof(At)), Description("Fill the file system that a folder is on; free-disk frees it again.")]
public sealed record FillDiskStep : Step
{
    [Description("Folder on the file system, absolute."), Format("^/", "an absolute path"), Example("/boot")]
    public required string At { get; init; }

    [Description("What is left free, even for root.")]
    public Size Leave { get; init; }

    private protected override string Describe() => $"{At}, {Leave} left";
}
