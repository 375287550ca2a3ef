using System.ComponentModel;
using System.Reflection;
using Kola.Yaml;

namespace Kola.Machines.Capabilities;

/// <summary>The capabilities as files and records write them: <see cref="Capability.SignedUpdates"/> is <c>signed-updates</c>.</summary>
public static class CapabilityWords
{
    /// <summary>All of them, in the order of the list.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<Capability>().Select(Word)];

    public static string Word(this Capability capability) => KebabCase.Of(capability.ToString());

    /// <summary>What it means, in one sentence.</summary>
    public static string Meaning(this Capability capability) =>
        typeof(Capability).GetField(capability.ToString())?.GetCustomAttribute<DescriptionAttribute>()?.Description
        ?? throw new InvalidOperationException($"the capability {capability} has no description");

    /// <returns><see langword="false"/> when the word is not in the list.</returns>
    public static bool TryParse(string word, out Capability capability)
    {
        var index = All.ToList().IndexOf(word);
        capability = index < 0 ? default : Enum.GetValues<Capability>()[index];
        return index >= 0;
    }
}
