namespace Kola.Machines.Images.Downloads;

/// <summary>What is known of a download in progress: beside its <c>.part</c>, so that another process can go on.</summary>
/// <param name="Validator">The server's strong ETag, else its Last-Modified, for If-Range (RFC 9110, 13.1.5); without one a download starts anew.</param>
/// <param name="Total">The whole length in bytes, when the server said it.</param>
internal sealed record PartialDownload(string Url, string? Validator, long? Total);
