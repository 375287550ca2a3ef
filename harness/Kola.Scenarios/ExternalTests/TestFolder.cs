using Kola.Scenarios.Model;
using Kola.Scenarios.Steps.External;
using Kola.Yaml;
using Programs = Kola.Machines.Host.Executables;

namespace Kola.Scenarios.ExternalTests;

/// <summary>A folder below <c>tests/kola</c>, as it lies there.</summary>
/// <param name="Prefix">What the names of its tests begin with.</param>
internal sealed record TestFolder(string Path, string Prefix)
{
    private const string DefaultTest = "test.sh";

    /// <summary>Absolute paths, in order.</summary>
    public IReadOnlyList<string> Executables { get; private init; } = [];

    /// <summary><c>config.ign</c> or <c>config.bu</c>; <see langword="null"/>: none.</summary>
    public string? Config { get; private init; }

    /// <summary><c>kola.json</c>; <see langword="null"/>: none.</summary>
    public string? Metadata { get; private init; }

    /// <summary>A test's name.</summary>
    /// <param name="executable">One of <see cref="Executables"/>.</param>
    public string NameOf(string executable) =>
        Executables.Count == 1 && System.IO.Path.GetFileName(executable) == DefaultTest ? Prefix : $"{Prefix}.{System.IO.Path.GetFileName(executable)}";

    /// <summary>The folder and all below it that have tests. Links are followed.</summary>
    /// <param name="problems">Takes what is wrong.</param>
    /// <param name="notes">Takes what looks like a test and is none.</param>
    public static IEnumerable<TestFolder> Below(string path, string prefix, ICollection<YamlProblem> problems, ICollection<string> notes, int depth = 0)
    {
        if (GuestFiles.WhyTooDeep(depth) is { } tooDeep)
        {
            problems.Add(At(path, tooDeep));
            return [];
        }

        List<string> executables = [];
        List<TestFolder> below = [];
        var folder = new TestFolder(path, prefix);
        foreach (var entry in Directory.EnumerateFileSystemEntries(path).Order(StringComparer.Ordinal))
        {
            var name = System.IO.Path.GetFileName(entry);
            if (Directory.Exists(entry))
            {
                if (name != "data")
                    below.AddRange(Below(entry, $"{prefix}.{name}", problems, notes, depth + 1));
            }
            else if (LeadsNowhere(entry))
            {
                problems.Add(At(entry, "the symbolic link leads to nothing; mend or remove it"));
            }
            else if (Programs.IsExecutable(entry))
            {
                executables.Add(entry);
            }
            else if (name is "config.ign" or "config.bu")
            {
                if (folder.Config is not null)
                    problems.Add(At(entry, "config.bu beside config.ign; expected one of them"));
                folder = folder with { Config = entry };
            }
            else if (name == "config.fcc")
            {
                problems.Add(At(entry, "config.fcc is not supported any more; rename it to config.bu"));
            }
            else if (name == "kola.json")
            {
                folder = folder with { Metadata = entry };
            }
            else if (HasShebang(entry))
            {
                notes.Add($"{ShownPath.Of(entry)} begins as a script and is not executable, so it is no test; chmod +x it if it is to be one");
            }
        }

        return executables is [] ? below : [folder with { Executables = executables }, .. below];
    }

    private static YamlProblem At(string file, string message) => new(new(ShownPath.Of(file), 1, 1), message);

    /// <summary>Whether it is a link to nothing, or in a circle. To .NET such a link exists.</summary>
    private static bool LeadsNowhere(string entry)
    {
        try
        {
            return File.ResolveLinkTarget(entry, returnFinalTarget: true) is { Exists: false };
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static bool HasShebang(string file)
    {
        using var stream = File.OpenRead(file);
        Span<byte> start = stackalloc byte[2];
        return stream.ReadAtLeast(start, 2, throwOnEndOfStream: false) == 2 && start.SequenceEqual("#!"u8);
    }
}
