using Kola.Machines.AdapterPrograms;
using Kola.Machines.Capabilities;
using Kola.Yaml;

namespace Kola.Machines.Images.Catalog;

/// <summary>How a catalog names an image's guest adapter: by a name that is known here, or by the path of an adapter program.</summary>
public static class AdapterReference
{
    /// <summary>One word.</summary>
    public const string Pattern = @"^\S+$";

    public const string Form = "the guest adapter's name, such as systemd, or the path of an adapter program, such as ./my-adapter";

    /// <summary>What images with this adapter may declare; <see langword="null"/>: there is no adapter of that name.</summary>
    public static IReadOnlySet<Capability>? Capabilities(string adapter) =>
        AdapterProgram.IsPath(adapter) ? AdapterCapabilities.Program : AdapterCapabilities.Of(adapter);

    /// <summary>What is wrong with a path that is not written as one; <see langword="null"/>: nothing, or it is a name.</summary>
    public static string? WhyNoPath(string adapter) => adapter.Contains('/', StringComparison.Ordinal) && !AdapterProgram.IsPath(adapter)
        ? $"'{adapter}' is neither an adapter's name nor the path of an adapter program, which begins with ./ or /; write './{adapter}'"
        : null;

    /// <summary>The names that could be meant by one that is none, for the end of a message.</summary>
    public static string Known(string adapter) => $"expected one of {string.Join(", ", AdapterCapabilities.Adapters)}{Spelling.Hint(adapter, AdapterCapabilities.Adapters)}";
}
