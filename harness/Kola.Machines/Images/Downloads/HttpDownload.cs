using System.Net;
using Kola.Machines.Files;

namespace Kola.Machines.Images.Downloads;

/// <summary>Downloads one file over HTTP, going on where a cut connection or an earlier process stopped (RFC 9110, 13.1.5 and 14).</summary>
internal sealed class HttpDownload(HttpClient http, DownloadOptions options, TimeProvider time)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Completes <paramref name="part"/> with the file at <paramref name="address"/>. The digest is the caller's to compare.</summary>
    /// <param name="report">Bytes done, bytes in all when known, and why it tries again when it does.</param>
    /// <exception cref="HostException">The server refuses, every try failed, or the bytes cannot be stored.</exception>
    public async Task FetchAsync(Uri address, PartFile part, Action<long, long?, string?> report, CancellationToken cancellation)
    {
        var failures = 0;
        while (true)
        {
            var before = part.Length;
            try
            {
                await TryAsync(address, part, report, cancellation);
                return;
            }
            catch (PassingFailure failure)
            {
                var gained = part.Origin?.Validator is not null && part.Length > before;
                failures = gained ? 1 : failures + 1;
                if (failures >= options.Attempts)
                {
                    throw new HostException(
                        $"{address} cannot be downloaded: {failure.Message} ({failures} tries in a row); what came so far is kept, so try again later, or check the network and proxy settings", failure);
                }
                var pause = options.FirstPause * Math.Pow(2, failures - 1);
                report(part.Length, part.Origin?.Total, $"{failure.Message}; trying again");
                await Task.Delay(pause < LongestPause ? pause : LongestPause, time, cancellation);
            }
        }
    }

    private async Task TryAsync(Uri address, PartFile part, Action<long, long?, string?> report, CancellationToken cancellation)
    {
        if (part.Origin is { Total: { } whole } && part.Length == whole)
            return;
        using var stall = new CancellationTokenSource(options.StallTimeout, time);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, cancellation);
        try
        {
            using var request = Request(address, part);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, bound.Token);
            Begin(address, part, response);
            if (part.Origin?.Total is { } total)
                StorageFailure.RequireSpace(Path.GetDirectoryName(part.Path)!, total - part.Length);
            report(part.Length, part.Origin?.Total, null);
            await using var body = await response.Content.ReadAsStreamAsync(bound.Token);
            await CopyAsync(body, part, report, stall, bound.Token, cancellation);
        }
        catch (OperationCanceledException) when (stall.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new PassingFailure($"the server sent nothing for {options.StallTimeout.TotalSeconds:0} s");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            // The network's: what the disk refuses is a HostException of PartFile.
            throw new PassingFailure(failure.Message.TrimEnd('.'), failure);
        }
        if (part.Origin?.Total is { } expected && part.Length != expected)
            throw new PassingFailure($"the connection ended after {part.Length} of {expected} bytes");
    }

    private static HttpRequestMessage Request(Uri address, PartFile part)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (part.Length > 0 && part.Origin?.Validator is { } validator)
        {
            request.Headers.Range = new(part.Length, null);
            request.Headers.TryAddWithoutValidation("If-Range", validator);
        }
        return request;
    }

    /// <summary>Decides from the status whether the body goes on or starts anew.</summary>
    private static void Begin(Uri address, PartFile part, HttpResponseMessage response)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                part.Restart(new(address.AbsoluteUri, Validator(response), response.Content.Headers.ContentLength));
                return;
            case HttpStatusCode.PartialContent
                when part.Length > 0 && response.Content.Headers.ContentRange is { From: { } from } range && from == part.Length
                    && (range.Length is null || part.Origin!.Total is null || range.Length == part.Origin.Total):
                return;
            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable:
                part.Restart(null);
                throw new PassingFailure("the server offers another part than the missing one");
            case HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError:
                throw new PassingFailure($"the server answers {(int)response.StatusCode} {response.ReasonPhrase}");
            default:
                throw new HostException(
                    $"{address} cannot be downloaded: the server answers {(int)response.StatusCode} {response.ReasonPhrase}; "
                    + "publishers remove old releases: move the pin in the image catalog to a current one");
        }
    }

    /// <summary>A weak ETag may not be used in If-Range; Last-Modified may.</summary>
    private static string? Validator(HttpResponseMessage response) =>
        response.Headers.ETag is { IsWeak: false } tag ? tag.ToString()
        : response.Content.Headers.LastModified?.ToString("r");

    private async Task CopyAsync(
        Stream body, PartFile part, Action<long, long?, string?> report, CancellationTokenSource stall, CancellationToken bound, CancellationToken cancellation)
    {
        var buffer = new byte[256 << 10];
        while (true)
        {
            stall.CancelAfter(options.StallTimeout);
            var got = await body.ReadAsync(buffer, bound);
            if (got == 0)
                return;
            stall.CancelAfter(Timeout.InfiniteTimeSpan);
            await part.WriteAsync(buffer.AsMemory(0, got), cancellation);
            report(part.Length, part.Origin?.Total, null);
        }
    }

    /// <summary>A failure that another try may not meet.</summary>
    private sealed class PassingFailure(string message, Exception? inner = null) : HostException(message, inner);
}
