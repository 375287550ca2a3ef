namespace Kola.Servers.Omaha;

/// <summary>update_engine's error codes, and what stands beside them in an event's <c>errorcode</c>.</summary>
public static class OmahaCodes
{
    /// <summary>The client found that it runs the version from before its update.</summary>
    public const int Rollback = 44;

    /// <summary>Plus the HTTP status: the check was answered with an error.</summary>
    public const int HttpStatus = 2000;

    public const int EmptyAnswer = 30, AnswerNoXml = 31, AnswerInvalid = 34;

    /// <summary>The upper four bits are flags; bit 28 says that a client resumed or that it is no official build.</summary>
    private const uint CodeBits = 0x0FFFFFFF;

    /// <summary>The code alone.</summary>
    /// <param name="sent">As sent: unsigned, or signed where a client writes it so.</param>
    internal static int Mask(long sent) => (int)((uint)sent & CodeBits);
}
