using Microsoft.AspNetCore.Http;

namespace Kola.Servers.Omaha;

/// <summary>Takes a request's body off the connection, within bounds.</summary>
internal static class OmahaRequestReader
{
    /// <summary>A client's request has less than 1 KiB for each application.</summary>
    public const int MostBytes = 1024 * 1024;

    private static readonly string TooMuch = $"the request has more than {MostBytes} bytes";

    /// <summary>Whether the protocol is spoken there.</summary>
    public static bool IsPath(PathString path) => path.Value is "/v1/update" or "/v1/update/";

    /// <summary>What the request says, or why it is refused.</summary>
    /// <exception cref="IOException">The client is gone.</exception>
    public static async Task<(IReadOnlyList<OmahaReport> Reports, OmahaRefusal? Refusal)> ReadAsync(HttpContext http)
    {
        if (!IsPath(http.Request.Path))
            return ([], new(StatusCodes.Status404NotFound, $"there is no {http.Request.Path}; expected /v1/update/"));
        if (!HttpMethods.IsPost(http.Request.Method))
        {
            http.Response.Headers.Allow = HttpMethods.Post;
            return ([], new(StatusCodes.Status405MethodNotAllowed, $"got {http.Request.Method}; expected POST"));
        }

        try
        {
            using var body = await BoundedBody.ReadAsync(http, MostBytes);
            return body is null ? ([], new(StatusCodes.Status413PayloadTooLarge, TooMuch)) : (OmahaXmlReader.Read(body), null);
        }
        catch (BadHttpRequestException e)
        {
            return ([], new(e.StatusCode, e.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooMuch : e.Message));
        }
        catch (InvalidDataException e)
        {
            return ([], new(StatusCodes.Status400BadRequest, e.Message));
        }
    }
}
