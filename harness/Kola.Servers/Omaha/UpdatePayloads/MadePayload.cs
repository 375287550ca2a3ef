namespace Kola.Servers.Omaha.UpdatePayloads;

/// <summary>A payload that has been written.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
/// <param name="Operations">Number of pieces that the images are written in.</param>
public sealed record MadePayload(long Size, string Sha256, int Operations)
{
    /// <summary>As an Omaha answer tells it.</summary>
    public string Sha256Base64 => Convert.ToBase64String(Convert.FromHexString(Sha256));
}
