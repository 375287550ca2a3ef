using System.IO.Enumeration;

namespace Kola.Servers.Payloads;

/// <summary>Names of files by a pattern: <c>*</c> stands for any characters, <c>?</c> for one.</summary>
internal static class PathPattern
{
    public static bool Matches(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
}
