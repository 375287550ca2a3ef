using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Kola.Servers.FleetLock;

/// <summary>Reads who asks, by the protocol's rules.</summary>
internal static class LockRequestReader
{
    private const string ProtocolHeader = "fleet-lock-protocol";
    private const int MostBytes = 16 * 1024;

    /// <summary>What is asked for by a path; <see langword="null"/>: nothing that there is.</summary>
    public static LockCall? CallOf(string? path) => path switch
    {
        "/v1/pre-reboot" => LockCall.PreReboot,
        "/v1/steady-state" => LockCall.SteadyState,
        _ => null,
    };

    /// <summary>The client, or why it cannot be told.</summary>
    /// <exception cref="IOException">The client is gone.</exception>
    public static async Task<(LockClient? Client, LockRefusal? Refusal)> ReadAsync(HttpContext http, LockCall? call)
    {
        if (call is null)
            return (null, new(StatusCodes.Status404NotFound, "not_found", $"there is no {http.Request.Path}; expected /v1/pre-reboot or /v1/steady-state"));
        if (!HttpMethods.IsPost(http.Request.Method))
            return (null, new(StatusCodes.Status405MethodNotAllowed, "method_not_allowed", $"got {http.Request.Method}; expected POST"));
        if (http.Request.Headers[ProtocolHeader] is not ["true"])
            return (null, new(StatusCodes.Status400BadRequest, "missing_fleetlock_header", $"expected the header {ProtocolHeader}: true"));
        try
        {
            using var body = await BoundedBody.ReadAsync(http, MostBytes) ?? throw new JsonException($"it has more than {MostBytes} bytes");
            // Clients send no Content-Type, so none is looked at.
            var message = JsonSerializer.Deserialize(body, FleetLockJson.Default.LockMessage);
            return message?.Client is { Id.Length: > 0, Group.Length: > 0 } client
                ? (client, null)
                : (message?.Client, new(StatusCodes.Status400BadRequest, "invalid_client_params", "expected client_params with an id and a group that are not empty"));
        }
        catch (Exception e) when (e is JsonException or BadHttpRequestException)
        {
            return (null, new(StatusCodes.Status400BadRequest, "decode_error", $"expected {{\"client_params\":{{\"id\":\"…\",\"group\":\"…\"}}}}: {e.Message}"));
        }
    }
}
