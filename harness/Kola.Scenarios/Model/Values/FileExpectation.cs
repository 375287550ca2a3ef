using System.ComponentModel;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Model.Values;

/// <summary>What a path in the guest must be. All that is given must hold; links are not followed, except to read the text.</summary>
[NotEmpty]
public sealed record FileExpectation
{
    [Description("Whether there is anything at the path."), Shorthand]
    public FilePresence State { get; init; } = FilePresence.Present;

    [Description("Kind of file.")]
    public FileKind? Type { get; init; }

    [Description("Permission bits, four octal digits."), Example("\"0644\"")]
    public UnixMode? Mode { get; init; }

    [Description("Name of the owning user.")]
    public string? Owner { get; init; }

    [Description("Name of the owning group.")]
    public string? Group { get; init; }

    [Description("What a symbolic link points to, as stored in it.")]
    public string? Target { get; init; }

    /// <summary>What the file's text must be.</summary>
    [Flatten]
    public TextExpectation? Text { get; init; }
}

public enum FilePresence { Present, Absent }

public enum FileKind { File, Directory, Link }
