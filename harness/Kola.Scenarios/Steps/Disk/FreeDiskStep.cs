using System.ComponentModel;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Disk;

/// <summary>Takes away what a <see cref="FillDiskStep"/> put there.</summary>
[Keyword("free-disk", Value = nameof(At)), Description("Free what fill-disk filled.")]
public sealed record FreeDiskStep : Step
{
    [Description("The folder that fill-disk was given."), Format("^/", "an absolute path")]
    public required string At { get; init; }

    private protected override string Describe() => At;
}
