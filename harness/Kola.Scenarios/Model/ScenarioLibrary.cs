using System.IO.Enumeration;
using Kola.Yaml;

namespace Kola.Scenarios.Model;

/// <summary>The scenarios that come with the program, of which a project takes some beside its own.</summary>
/// <param name="Folder">Absolute path of the library; <see langword="null"/>: this program has none.</param>
/// <param name="Taken">What the project takes.</param>
public sealed record ScenarioLibrary(string? Folder, IReadOnlyList<LibraryEntry> Taken)
{
    /// <summary>What the paths of its scenarios begin with, in policies, records and messages: where it is installed differs from host to host.</summary>
    public const string ShownFolder = "library";

    /// <summary>Nothing is taken.</summary>
    public static ScenarioLibrary None { get; } = new(null, []);

    /// <summary>Absolute paths of the files that are taken, each once. A file is found by its path, which is its scenario's name: so only those that are taken are read.</summary>
    /// <param name="problems">Takes each entry that fits no scenario.</param>
    internal IReadOnlyList<string> Files(ICollection<YamlProblem> problems)
    {
        if (Taken is [])
            return [];
        if (Folder is null || !Directory.Exists(Folder))
        {
            problems.Add(new(Taken[0].Location, $"this kola has no scenario library{(Folder is null ? "" : $" at {Folder}")}; install the package that ci/package makes, or set KOLA_LIBRARY_DIR to a folder of scenarios"));
            return [];
        }

        var names = ScenarioCatalog.FilesBelow(Folder).ToDictionary(file => file, file => NameOf(Path.GetRelativePath(Folder, file)));
        foreach (var entry in Taken.Where(entry => !names.Values.Any(entry.Takes)))
            problems.Add(new(entry.Location, $"the library has no scenario '{entry.Pattern}'{Spelling.Hint(entry.Name, names.Values)}; 'kola list --library' shows them all"));
        return [.. names.Where(pair => Taken.Any(entry => entry.Takes(pair.Value))).Select(pair => pair.Key)];
    }

    /// <param name="file">Absolute path of a file of the library.</param>
    internal string Shown(string file) => $"{ShownFolder}/{Path.GetRelativePath(Folder!, file)}";

    private static string NameOf(string path) => Path.ChangeExtension(path, null).Replace('/', '.');
}

/// <summary>An entry of <c>library</c> in a policy.</summary>
/// <param name="Pattern">A name, a group or a pattern; <c>/</c> stands for the dot of a name.</param>
/// <param name="Location">Where it is written.</param>
public sealed record LibraryEntry(string Pattern, SourceLocation Location)
{
    internal string Name => Pattern.Replace('/', '.');

    /// <summary>Whether it means the scenario of this name.</summary>
    public bool Takes(string scenario) =>
        scenario == Name || scenario.StartsWith(Name + '.', StringComparison.Ordinal)
        || (Name.Contains('*', StringComparison.Ordinal) && FileSystemName.MatchesSimpleExpression(Name, scenario, ignoreCase: false));
}

/// <summary>A scenario of the project that stands in the place of the library's.</summary>
/// <param name="Own">The project's.</param>
/// <param name="LibraryPath">The library's, as <see cref="Scenario.LibraryPath"/>.</param>
public sealed record OverriddenScenario(Scenario Own, string LibraryPath);
