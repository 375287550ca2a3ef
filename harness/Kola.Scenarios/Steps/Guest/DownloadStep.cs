using System.ComponentModel;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Guest;

/// <summary>Copies a file of the guest into the run's folder.</summary>
[Keyword("download"), Description("Copy a file of the guest into the run's folder.")]
public sealed record DownloadStep : Step
{
    [Description("Absolute path in the guest."), Format("^/", "an absolute path")]
    public required string From { get; init; }

    [Description("Name of the file in the attempt's folder. Default: the last part of 'from'.")]
    [Format("^[A-Za-z0-9_][A-Za-z0-9_.-]*$", "a plain file name")]
    public string? To { get; init; }

    private protected override string Describe() => From;
}
