using System.Text.Json.Serialization;

namespace Kola.Servers.Omaha;

/// <summary>What an update check was answered.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OmahaAnswer>))]
public enum OmahaAnswer
{
    /// <summary>There is an update.</summary>
    [JsonStringEnumMemberName("ok")] Offered,

    /// <summary>There is none, or not for this machine yet.</summary>
    [JsonStringEnumMemberName("noupdate")] NoUpdate,

    /// <summary>A status that update_engine reports as error 34.</summary>
    [JsonStringEnumMemberName("error")] Error,
}
