namespace Kola.Scenarios.Live;

/// <summary>Data that was written in a guest and must be there as it was.</summary>
/// <param name="Path">Absolute path of its folder.</param>
/// <param name="Digests">What <c>sha256sum</c> printed of its files, kept on the host: a guest cannot change both.</param>
internal sealed record Canary(string Path, string Digests);
