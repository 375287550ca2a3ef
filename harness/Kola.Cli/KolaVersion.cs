using System.Reflection;

namespace Kola.Cli;

/// <summary>Kola's own version: the package version and, after a plus, the name of the sources that it was built from (see <c>version.sh</c>).</summary>
internal static class KolaVersion
{
    public static string Text { get; } =
        typeof(KolaVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
