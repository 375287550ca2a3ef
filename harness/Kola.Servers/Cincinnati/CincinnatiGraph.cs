using System.Text.Json.Serialization;

namespace Kola.Servers.Cincinnati;

/// <summary>Releases, and which updates lead from one to another.</summary>
/// <param name="Edges">Pairs of places in <paramref name="Nodes"/>: from, to.</param>
internal sealed record CincinnatiGraph(IReadOnlyList<CincinnatiNode> Nodes, IReadOnlyList<IReadOnlyList<int>> Edges);

/// <summary>A release in a graph.</summary>
/// <param name="Metadata">Clients refuse a node without; left out when <see langword="null"/>.</param>
internal sealed record CincinnatiNode(string Version, string Payload, IReadOnlyDictionary<string, string>? Metadata);

/// <summary>What a client that is not answered is told.</summary>
internal sealed record CincinnatiError(string Kind, string Value);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CincinnatiGraph))]
[JsonSerializable(typeof(CincinnatiError))]
internal sealed partial class CincinnatiJson : JsonSerializerContext;
