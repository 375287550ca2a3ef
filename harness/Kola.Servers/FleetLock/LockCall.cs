using System.Text.Json.Serialization;

namespace Kola.Servers.FleetLock;

/// <summary>What a client asks for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LockCall>))]
public enum LockCall
{
    /// <summary>A slot, to reboot.</summary>
    [JsonStringEnumMemberName("pre-reboot")] PreReboot,

    /// <summary>To give its slot back, if it holds one.</summary>
    [JsonStringEnumMemberName("steady-state")] SteadyState,
}
