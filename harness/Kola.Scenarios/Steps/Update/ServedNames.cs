using Kola.Scenarios.Live;
using Kola.Scenarios.Services;

namespace Kola.Scenarios.Steps.Update;

/// <summary>What a path in a scenario means to a server.</summary>
internal static class ServedNames
{
    /// <summary>The names of the served files, with * for any characters.</summary>
    /// <exception cref="NotProvenException">What is served has no such file.</exception>
    public static string Named(this PayloadService service, string path) => service.Find(path)?.Pattern
        ?? throw new NotProvenException($"what {service.Name} serves has no file that is the {path}, so nothing can be shown by it");
}
