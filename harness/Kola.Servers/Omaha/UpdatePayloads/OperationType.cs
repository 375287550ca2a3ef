namespace Kola.Servers.Omaha.UpdatePayloads;

/// <summary>What an operation does, by its number in the format.</summary>
internal static class OperationType
{
    public const uint Replace = 0, Zero = 6, Discard = 7;

    private static readonly string[] Names =
        ["REPLACE", "REPLACE_BZ", "MOVE", "BSDIFF", "SOURCE_COPY", "SOURCE_BSDIFF", "ZERO", "DISCARD", "REPLACE_XZ", "PUFFDIFF", "BROTLI_BSDIFF"];

    public static string NameOf(uint type) => type < Names.Length ? Names[type] : $"type {type}";

    /// <summary>Whether what it writes is known from the payload alone, without unpacking.</summary>
    public static bool IsPlain(uint type) => type is Replace or Zero or Discard;
}
