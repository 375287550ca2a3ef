using System.Text.Json.Serialization;

namespace Kola.Scenarios.ExternalTests;

[JsonSerializable(typeof(string[]))]
internal sealed partial class DigestJson : JsonSerializerContext;
