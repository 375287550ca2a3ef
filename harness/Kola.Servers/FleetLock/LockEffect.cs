using System.Text.Json.Serialization;

namespace Kola.Servers.FleetLock;

/// <summary>What a request did to the locks.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LockEffect>))]
public enum LockEffect
{
    /// <summary>The client holds a slot from now on.</summary>
    [JsonStringEnumMemberName("granted")] Granted,

    /// <summary>It asked again, and holds its slot still.</summary>
    [JsonStringEnumMemberName("held")] Held,

    /// <summary>All slots of its group are held by others.</summary>
    [JsonStringEnumMemberName("refused")] Refused,

    /// <summary>It held a slot and does so no more.</summary>
    [JsonStringEnumMemberName("released")] Released,

    /// <summary>It gave back what it did not hold, which is no error.</summary>
    [JsonStringEnumMemberName("not-held")] NotHeld,
}
