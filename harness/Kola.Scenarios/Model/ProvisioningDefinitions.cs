using System.ComponentModel;
using System.Text.Json.Nodes;
using Kola.Yaml;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Model;

/// <summary>An Ignition config, parsed but not judged.</summary>
/// <param name="Config">The config. Do not change it; clone it.</param>
[Shape(typeof(IgnitionShape))]
public sealed record IgnitionDefinition(JsonObject Config);

/// <summary>Files of a cloud-init NoCloud seed. A mapping is kept as a mapping, a text as it is.</summary>
public sealed record CloudInitDefinition
{
    [Description("user-data: a mapping (a #cloud-config), a text, or { file: … }.")]
    public required UserData UserData { get; init; }

    [Description("meta-data: a mapping, a text, or { file: … }. Default: made by Kola.")]
    public SeedContent? MetaData { get; init; }

    [Description("network-config: a mapping, a text, or { file: … }.")]
    public SeedContent? NetworkConfig { get; init; }
}

/// <summary>Content of a seed file: exactly one is set.</summary>
[Shape(typeof(SeedShape))]
public record SeedContent
{
    /// <summary>As written.</summary>
    public string? Text { get; init; }

    /// <summary>A mapping; JSON is YAML, so it can be written out as JSON.</summary>
    public JsonObject? Mapping { get; init; }
}

/// <summary>Content of user-data.</summary>
[Shape(typeof(UserDataShape))]
public sealed record UserData : SeedContent
{
    /// <summary>The file's bytes where gzip packed it; <see cref="SeedContent.Text"/> is what it holds.</summary>
    public ReadOnlyMemory<byte>? Packed { get; init; }

    /// <summary>Where it takes away the user that Kola's key is given to; <see langword="null"/>: it does not, as far as can be told.</summary>
    internal SourceLocation? LocksOut { get; init; }
}
