using Kola.Yaml.Shapes;

namespace Kola.Yaml.Files;

/// <summary>A valid file without variables, as the record that it holds.</summary>
/// <typeparam name="T">The document's record.</typeparam>
/// <param name="Sha256">SHA-256 of the file's bytes, lower-case hexadecimal.</param>
public sealed record YamlDocument<T>(T Content, string Sha256)
    where T : class;

/// <summary>Reads such files.</summary>
public static class YamlDocument
{
    /// <param name="path">The file. Files that it names must lie in its folder.</param>
    /// <param name="what">What it holds, for messages: <c>a gate policy</c>.</param>
    /// <param name="problems">Takes all that is wrong, in the order of its lines.</param>
    /// <returns><see langword="null"/> exactly when a problem was added.</returns>
    public static YamlDocument<T>? Read<T>(string path, string what, ICollection<YamlProblem> problems)
        where T : class
    {
        List<YamlProblem> found = [];
        var layout = ShapeFactory.DocumentOf(typeof(T));
        var file = YamlFile.Read(path, what, layout, found);
        object? bound = null;
        if (file is not null)
            layout.TryBind(file.Tree, new(path, Path.GetDirectoryName(Path.GetFullPath(path))!, found), out bound);
        foreach (var problem in YamlFile.InOrder(path, found))
            problems.Add(problem);
        return found is [] && bound is T document && file is not null ? new(document, file.Sha256) : null;
    }
}
