using System.Security.Cryptography;
using Kola.Scenarios.Model.Shapes;
using Kola.Scenarios.Model.Yaml;

namespace Kola.Scenarios.Model;

/// <summary>Reads scenario files.</summary>
public static class ScenarioFile
{
    /// <summary>Reads and checks one file, at every point of its matrix.</summary>
    /// <param name="path">The file.</param>
    /// <param name="root">Folder that files named by the scenario must lie in; the file's own folder by default.</param>
    /// <exception cref="ScenarioException">With every problem of the file.</exception>
    public static Scenario Load(string path, string? root = null)
    {
        List<ScenarioProblem> problems = [];
        return TryLoad(path, root, problems) ?? throw new ScenarioException(problems);
    }

    /// <summary>As <see cref="Load"/>, but adds problems to a collection and goes on.</summary>
    /// <returns><see langword="null"/> exactly when a problem was added.</returns>
    public static Scenario? TryLoad(string path, string? root, ICollection<ScenarioProblem> problems) => TryLoad(path, root, new Descent(), problems);

    /// <param name="descent">The files that go on from this one.</param>
    internal static Scenario? TryLoad(string path, string? root, Descent descent, ICollection<ScenarioProblem> problems)
    {
        List<ScenarioProblem> found = [];
        var scenario = Read(path, root ?? Path.GetDirectoryName(Path.GetFullPath(path))!, descent, found);
        foreach (var problem in found.Distinct().OrderBy(problem => problem.Location.Path == path ? 0 : 1).ThenBy(problem => problem.Location.Line).ThenBy(problem => problem.Location.Column))
            problems.Add(problem);
        return found is [] ? scenario : null;
    }

    private static Scenario? Read(string path, string root, Descent descent, List<ScenarioProblem> problems)
    {
        if (ReadBytes(path, problems) is not { } bytes || YamlReader.Read(path, bytes, problems) is not { } node)
            return null;
        if (node is not YamlMapping tree)
        {
            problems.Add(new(node.Location, $"got {node.Noun}; expected a scenario: a mapping of {string.Join(", ", ShapeFactory.Document.All.Select(field => field.Key))}"));
            return null;
        }

        var source = new ScenarioSource(path, root, tree, descent.To(Path.GetFullPath(path)));
        var variables = VariableTable.Read(tree, new(path, root, problems));
        ScenarioDocument? document = null;
        foreach (var point in variables.Points())
            document = source.Bind(variables.At(point), problems) ?? document;
        return document is null ? null : new(source, variables)
        {
            Name = document.Scenario,
            Summary = document.Summary,
            Tags = document.Tags,
            Path = Path.GetFullPath(path),
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)),
        };
    }

    /// <summary>Not more than the reader would take; <see langword="null"/> when a problem was added.</summary>
    internal static byte[]? ReadBytes(string path, ICollection<ScenarioProblem> problems)
    {
        try
        {
            using var file = File.OpenRead(path);
            var bytes = new byte[YamlText.MaxBytes + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return bytes[..length];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new(new(path, 1, 1), e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : $"cannot be read: {e.Message}"));
            return null;
        }
    }
}
