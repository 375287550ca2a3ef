using Microsoft.AspNetCore.Http;

namespace Kola.Servers;

/// <summary>A request's body, of which only so much is kept.</summary>
internal static class BoundedBody
{
    /// <summary>
    /// The body; <see langword="null"/>: it has more bytes than <paramref name="mostBytes"/>. What is more is read and thrown away: a client
    /// sends all of its request before it reads the answer, and a connection that ends earlier tells it nothing.
    /// </summary>
    /// <exception cref="BadHttpRequestException">The body has more than the server takes of anybody (30 MB), or breaks HTTP.</exception>
    /// <exception cref="IOException">The client is gone.</exception>
    public static async Task<MemoryStream?> ReadAsync(HttpContext http, int mostBytes)
    {
        var kept = new MemoryStream((int)Math.Min(http.Request.ContentLength ?? 0, mostBytes));
        var buffer = new byte[16 * 1024];
        var more = false;
        while (await http.Request.Body.ReadAsync(buffer, http.RequestAborted) is > 0 and var count)
        {
            more |= count > mostBytes - kept.Length;
            if (!more)
                kept.Write(buffer, 0, count);
        }
        kept.Position = 0;
        return more ? null : kept;
    }
}
