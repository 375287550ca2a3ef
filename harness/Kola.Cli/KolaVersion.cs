using System.Reflection;

namespace Kola.Cli;

/// <summary>Kola's own version: the package version, with the commit where the build knew it.</summary>
internal static class KolaVersion
{
    public static string Text { get; } =
        typeof(KolaVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
