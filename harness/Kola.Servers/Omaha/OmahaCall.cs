using System.Text.Json.Serialization;

namespace Kola.Servers.Omaha;

/// <summary>What a request is for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OmahaCall>))]
public enum OmahaCall
{
    /// <summary>An update; a check may carry events, too.</summary>
    [JsonStringEnumMemberName("check")] Check,

    /// <summary>To report events, or to ping.</summary>
    [JsonStringEnumMemberName("report")] Report,
}
