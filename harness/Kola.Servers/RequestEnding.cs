using System.Text.Json.Serialization;

namespace Kola.Servers;

/// <summary>How an answer ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RequestEnding>))]
public enum RequestEnding
{
    /// <summary>It is still on its way.</summary>
    [JsonStringEnumMemberName("open")] Open,

    /// <summary>All that there was has been sent.</summary>
    [JsonStringEnumMemberName("complete")] Complete,

    /// <summary>Less was sent than was promised, by a fault.</summary>
    [JsonStringEnumMemberName("incomplete")] Incomplete,

    /// <summary>Torn down, by a fault.</summary>
    [JsonStringEnumMemberName("reset")] Reset,

    /// <summary>The client went away first.</summary>
    [JsonStringEnumMemberName("client-left")] ClientLeft,

    /// <summary>The server was stopped first.</summary>
    [JsonStringEnumMemberName("stopped")] Stopped,
}
