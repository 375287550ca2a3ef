using System.ComponentModel;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Steps.Guest;

/// <summary>Writes a file in the guest.</summary>
[Keyword("upload"), Description("Write a file in the guest."), ExactlyOneOf("from", "content")]
public sealed record UploadStep : Step
{
    /// <summary>Absolute path on the host after loading.</summary>
    [Description("File on the host, relative to the scenario file."), FilePath]
    public string? From { get; init; }

    [Description("Content of the file.")]
    public string? Content { get; init; }

    [Description("Absolute path in the guest."), Format("^/", "an absolute path")]
    public required string To { get; init; }

    [Description("Permission bits, four octal digits."), Example("\"0644\"")]
    public UnixMode? Mode { get; init; }

    private protected override string Describe() => To;
}
